ALTER TABLE preferences ADD COLUMN locale text NOT NULL DEFAULT 'en';
