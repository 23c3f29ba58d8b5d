CREATE TABLE readings (
    meter  text        NOT NULL,
    at     timestamptz NOT NULL,
    energy bigint      NOT NULL,
    PRIMARY KEY (meter, at)
);
