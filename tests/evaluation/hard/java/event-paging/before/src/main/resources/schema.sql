CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor VARCHAR(200) NOT NULL,
    action VARCHAR(200) NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
