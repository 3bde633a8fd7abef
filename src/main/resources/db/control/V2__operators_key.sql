-- The key that the operator configures or that the data directory keeps: at most one, and a new one takes the place of the old.

ALTER TABLE api_key ADD COLUMN operators SMALLINT NOT NULL DEFAULT 0;
