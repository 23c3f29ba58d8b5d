CREATE TABLE patients (
    id               bigint PRIMARY KEY,
    name             varchar(120) NOT NULL,
    phone            varchar(30),
    mail             varchar(120),
    street           varchar(80),
    insurance_number varchar(10)
);
