CREATE TABLE parcels (
    id           integer PRIMARY KEY,
    depot_id     integer NOT NULL REFERENCES depots (id),
    reference    text    NOT NULL,
    grams        integer NOT NULL,
    carrier      text,
    state        text    NOT NULL CHECK (state IN ('draft', 'waiting', 'moving', 'delivered')),
    accepted_at  text    NOT NULL,
    delivered_at text,
    UNIQUE (depot_id, reference)
);

CREATE TABLE stops (
    parcel_id integer NOT NULL REFERENCES parcels (id),
    day       text    NOT NULL,
    driver    text    NOT NULL,
    position  integer NOT NULL,
    address   text    NOT NULL
);
