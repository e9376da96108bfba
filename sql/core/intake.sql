-- grain: ingest, snapshot, source
-- unit: cells
-- formula: cells_taken = new_versions + unchanged + duplicates + no_data + out_of_scope + rejected
-- reads: snapshots, readings, versions, tallies, rejections
WITH read AS (
    SELECT
        recorded_in,
        snapshot_sha256,
        source_id,
        COUNT(*) AS readings
    FROM readings
    GROUP BY recorded_in, snapshot_sha256, source_id
),

kept AS (
    SELECT
        recorded_in,
        snapshot_sha256,
        SUM(CASE WHEN release_state = 'withdrawn' THEN 0 ELSE 1 END) AS new_versions,
        SUM(CASE WHEN release_state = 'withdrawn' THEN 1 ELSE 0 END) AS withdrawn
    FROM versions
    WHERE correction_id IS NULL
    GROUP BY recorded_in, snapshot_sha256
),

tallied AS (
    SELECT
        recorded_in,
        snapshot_sha256,
        source_id,
        SUM(CASE WHEN fate = 'duplicate' THEN cells ELSE 0 END) AS duplicates,
        SUM(CASE WHEN fate = 'no_data' THEN cells ELSE 0 END) AS no_data,
        SUM(CASE WHEN fate = 'out_of_scope' THEN cells ELSE 0 END) AS out_of_scope
    FROM tallies
    GROUP BY recorded_in, snapshot_sha256, source_id
),

refused AS (
    SELECT
        recorded_in,
        snapshot_sha256,
        source_id,
        SUM(cells) AS rejected
    FROM rejections
    GROUP BY recorded_in, snapshot_sha256, source_id
)

SELECT
    s.recorded_in,
    s.snapshot_sha256,
    s.source_id,
    s.file_name,
    s.cells_taken,
    COALESCE(k.new_versions, 0) AS new_versions,
    COALESCE(r.readings, 0) - COALESCE(k.new_versions, 0) AS unchanged,
    COALESCE(t.duplicates, 0) AS duplicates,
    COALESCE(t.no_data, 0) AS no_data,
    COALESCE(t.out_of_scope, 0) AS out_of_scope,
    COALESCE(f.rejected, 0) AS rejected,
    COALESCE(k.withdrawn, 0) AS withdrawn
FROM snapshots AS s
LEFT JOIN read AS r
    ON s.recorded_in = r.recorded_in AND s.snapshot_sha256 = r.snapshot_sha256 AND s.source_id = r.source_id
LEFT JOIN kept AS k
    ON s.recorded_in = k.recorded_in AND s.snapshot_sha256 = k.snapshot_sha256
LEFT JOIN tallied AS t
    ON s.recorded_in = t.recorded_in AND s.snapshot_sha256 = t.snapshot_sha256 AND s.source_id = t.source_id
LEFT JOIN refused AS f
    ON s.recorded_in = f.recorded_in AND s.snapshot_sha256 = f.snapshot_sha256 AND s.source_id = f.source_id
