-- The daily limit and the balance read all bookings of a member. Outside of a transaction, as "concurrently" demands.
CREATE INDEX CONCURRENTLY bookings_of_member ON bookings (member_id, booked_at);
