-- The daily limit and the balance read all bookings of a member.
CREATE INDEX bookings_of_member ON bookings (member_id, booked_at);
