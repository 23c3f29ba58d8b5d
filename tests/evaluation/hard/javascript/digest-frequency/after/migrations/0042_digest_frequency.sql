-- NULL marks the rows that only the previous version has written since; see the trigger.
ALTER TABLE preferences ADD COLUMN digest_frequency smallint
    CHECK (digest_frequency BETWEEN 0 AND 2);

UPDATE preferences
    SET digest_frequency = CASE WHEN wants_digest THEN 1 ELSE 0 END;

-- The previous version knows only wants_digest. While both run, its writes count: it clears the frequency if it
-- contradicts the switch, and the program falls back on the switch then.
CREATE FUNCTION preferences_switch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wants_digest IS DISTINCT FROM (NEW.digest_frequency > 0) THEN
        NEW.digest_frequency := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER preferences_switch BEFORE INSERT OR UPDATE ON preferences
    FOR EACH ROW EXECUTE FUNCTION preferences_switch();
