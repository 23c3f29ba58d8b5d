CREATE TABLE prices (
    supplier integer NOT NULL,
    sku      text    NOT NULL,
    cents    bigint  NOT NULL CHECK (cents >= 0),
    import   bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (supplier, sku)
);

CREATE SEQUENCE import_numbers;
