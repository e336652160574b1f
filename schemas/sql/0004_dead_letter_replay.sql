-- Who put a dead letter back into its topic, when, and as which record. A row is written before the record is sent and completed after, so that a replay
-- whose outcome is unknown is seen, and a second one is refused.
CREATE TABLE dead_letter_replay (
    stream_id     text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    attempt       integer     NOT NULL CHECK (attempt >= 1),
    requested_by  text        NOT NULL CHECK (requested_by <> ''),
    requested_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    corrected     boolean     NOT NULL,
    new_partition integer     CHECK (new_partition >= 0),
    new_offset    bigint      CHECK (new_offset >= 0),
    PRIMARY KEY (stream_id, topic, partition, record_offset, attempt),
    FOREIGN KEY (stream_id, topic, partition, record_offset) REFERENCES dead_letter ON DELETE CASCADE
);

COMMENT ON TABLE  dead_letter_replay               IS 'Dead letters that were put back into their topic as new records';
COMMENT ON COLUMN dead_letter_replay.attempt       IS '1, and one more for every replay that was asked for again';
COMMENT ON COLUMN dead_letter_replay.requested_by  IS 'The name that the person gave, or of the system''s user';
COMMENT ON COLUMN dead_letter_replay.requested_at  IS 'When the replay was begun, by the server''s clock';
COMMENT ON COLUMN dead_letter_replay.corrected     IS 'Whether a corrected record was sent instead of the original one';
COMMENT ON COLUMN dead_letter_replay.new_partition IS 'Where the new record is; null while it is being sent, and where its sending was cut off';
COMMENT ON COLUMN dead_letter_replay.new_offset    IS 'Its offset there; null likewise';
