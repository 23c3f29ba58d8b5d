-- Puts all pieces of an article into another place, and writes who did it.
CREATE OR REPLACE PROCEDURE relocate(p_sku text, p_target text, p_source text, p_user text)
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE items SET place = p_target WHERE sku = p_sku AND place = p_source;
    INSERT INTO moves (sku, source, target, who) VALUES (p_sku, p_source, p_target, p_user);
END $$;
