CREATE TABLE items (
    sku    text    PRIMARY KEY,
    name   text    NOT NULL,
    place  text    NOT NULL,
    pieces integer NOT NULL DEFAULT 0 CHECK (pieces >= 0),
    grams  integer NOT NULL DEFAULT 0
);
