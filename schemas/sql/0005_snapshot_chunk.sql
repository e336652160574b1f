-- Snapshots of partitions' state, for hosts without a shared disk. A snapshot's rows are written in one transaction, and the newest two of a partition are kept.
CREATE TABLE snapshot_chunk (
    stream_id   text    NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL CHECK (partition >= 0),
    next_offset bigint  NOT NULL CHECK (next_offset >= 0),
    chunk       integer NOT NULL CHECK (chunk >= 0),
    bytes       bytea   NOT NULL,
    PRIMARY KEY (stream_id, topic, partition, next_offset, chunk)
);

-- The bytes are packed already.
ALTER TABLE snapshot_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE  snapshot_chunk             IS 'Snapshots of partitions'' state, cut into rows';
COMMENT ON COLUMN snapshot_chunk.stream_id   IS 'Which log, as in alert';
COMMENT ON COLUMN snapshot_chunk.next_offset IS 'The first offset that the state has not seen; one snapshot each';
COMMENT ON COLUMN snapshot_chunk.chunk       IS 'Place of the row in its snapshot, from 0';
COMMENT ON COLUMN snapshot_chunk.bytes       IS '1 MiB of the snapshot, the last row what is left';
