CREATE TABLE books (id integer PRIMARY KEY, isbn text UNIQUE, title text NOT NULL);
CREATE TABLE members (id integer PRIMARY KEY, card text UNIQUE NOT NULL, mail text);
CREATE TABLE loans (
    id          integer PRIMARY KEY,
    member      integer NOT NULL REFERENCES members (id),
    book        integer NOT NULL REFERENCES books (id),
    due_on      text    NOT NULL,
    returned_on text,
    renewals    integer NOT NULL DEFAULT 0
);
