package org.example.clinic.patients;

/** A patient; the insurance number is null for those who pay themselves. */
public record Patient(long id, String name, String phone, String mail, String insuranceNumber) {}
