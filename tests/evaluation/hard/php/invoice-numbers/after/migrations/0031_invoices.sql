CREATE TABLE invoices (
    number VARCHAR(20) PRIMARY KEY,
    order_id BIGINT NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL
);

CREATE TABLE invoice_lines (
    number VARCHAR(20) NOT NULL REFERENCES invoices (number),
    position INT NOT NULL,
    article VARCHAR(200) NOT NULL,
    pieces INT NOT NULL,
    net BIGINT NOT NULL,
    PRIMARY KEY (number, position)
);

INSERT INTO number_ranges (name, last) VALUES ('invoice-2024', 0), ('invoice-2025', 0);
