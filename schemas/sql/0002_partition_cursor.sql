-- How far each partition of each log has been scored, and who may move it on: the truth about progress. Kafka's own offsets only follow.
CREATE TABLE partition_cursor (
    stream_id    text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL CHECK (partition >= 0),
    epoch        bigint      NOT NULL CHECK (epoch >= 1),
    next_offset  bigint      NOT NULL CHECK (next_offset >= 0),
    scored       bigint      NOT NULL DEFAULT 0 CHECK (scored >= 0),
    alerts       bigint      NOT NULL DEFAULT 0 CHECK (alerts >= 0),
    dead_letters bigint      NOT NULL DEFAULT 0 CHECK (dead_letters >= 0),
    claimed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream_id, topic, partition)
) WITH (fillfactor = 50);

COMMENT ON TABLE  partition_cursor              IS 'How far each partition has been scored, and the epoch of its owner';
COMMENT ON COLUMN partition_cursor.epoch        IS 'Grows by one with every claim; only the claimer of the current epoch may move the cursor';
COMMENT ON COLUMN partition_cursor.next_offset  IS 'The first offset that has not been scored';
COMMENT ON COLUMN partition_cursor.scored       IS 'Transactions scored since the partition was first claimed';
COMMENT ON COLUMN partition_cursor.alerts       IS 'Alerts raised among them';
COMMENT ON COLUMN partition_cursor.dead_letters IS 'Records that could not be read as a transaction';
COMMENT ON COLUMN partition_cursor.claimed_at   IS 'When the current owner claimed it';
COMMENT ON COLUMN partition_cursor.updated_at   IS 'When the cursor last moved or was claimed';
