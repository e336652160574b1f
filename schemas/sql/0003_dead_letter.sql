-- Records that could not be read as a transaction, written with the cursor that passes them.
CREATE TABLE dead_letter (
    stream_id     text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL CHECK (partition >= 0),
    record_offset bigint      NOT NULL CHECK (record_offset >= 0),
    reason_code   text        NOT NULL,
    message       text        NOT NULL,
    raw           bytea       NOT NULL CHECK (octet_length(raw) <= 65536),
    committed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream_id, topic, partition, record_offset)
);

CREATE INDEX dead_letter_reason_time ON dead_letter (reason_code, committed_at DESC);

COMMENT ON TABLE  dead_letter               IS 'Records that could not be read as a transaction, at most one row per record of the log';
COMMENT ON COLUMN dead_letter.stream_id     IS 'Which log, as in alert';
COMMENT ON COLUMN dead_letter.record_offset IS 'The record''s offset in its partition';
COMMENT ON COLUMN dead_letter.reason_code   IS 'Stable code of what was wrong';
COMMENT ON COLUMN dead_letter.message       IS 'What was found and what was expected';
COMMENT ON COLUMN dead_letter.raw           IS 'The record''s bytes: card numbers masked, cut at 64 KiB; empty for a tombstone';
COMMENT ON COLUMN dead_letter.committed_at  IS 'When the row was written, by the server''s clock';
