-- grain: series, period, release
-- unit: the series' unit
-- formula: a reading is a version if it differs from the release before it; a full release that
--   no longer gives a value it covers makes a withdrawn version; nothing is compared with later releases
-- reads: readings, releases, release_spans, series
WITH held AS (
    SELECT
        r.series_id,
        r.period,
        r.period_start,
        r.period_end,
        s.source_id,
        s.indicator_id,
        s.measure,
        s.basis,
        s.frequency,
        MIN(r.released_on) AS first_released_on
    FROM readings AS r
    INNER JOIN series AS s ON r.series_id = s.series_id
    GROUP BY
        r.series_id, r.period, r.period_start, r.period_end,
        s.source_id, s.indicator_id, s.measure, s.basis, s.frequency
),

dropped AS (
    SELECT
        h.series_id,
        h.period,
        h.period_start,
        h.period_end,
        l.publisher,
        l.title,
        l.released_on,
        l.released_on_origin,
        l.release_seq,
        l.snapshot_sha256,
        l.recorded_in
    FROM held AS h
    INNER JOIN release_spans AS p
        ON
            h.source_id = p.source_id
            AND h.indicator_id = p.indicator_id
            AND h.measure = p.measure
            AND h.basis = p.basis
            AND h.frequency = p.frequency
            AND h.period_start >= p.period_from
            AND h.period_end <= p.period_to
    INNER JOIN releases AS l
        ON
            p.source_id = l.source_id
            AND p.released_on = l.released_on
            AND p.release_seq = l.release_seq
    LEFT JOIN readings AS r
        ON
            h.series_id = r.series_id
            AND h.period = r.period
            AND l.released_on = r.released_on
            AND l.release_seq = r.release_seq
    WHERE r.series_id IS NULL AND h.first_released_on <= l.released_on
),

claims AS (
    SELECT
        series_id,
        period,
        period_start,
        period_end,
        value,
        qualifier,
        rounding_unit,
        value_text,
        unit_published,
        obs_status,
        stage,
        coverage_from,
        coverage_to,
        period_origin,
        release_state,
        authority,
        re_source_needed,
        publisher,
        title,
        place,
        note,
        released_on,
        released_on_origin,
        release_seq,
        snapshot_sha256,
        locator,
        recorded_in
    FROM readings
    UNION ALL
    SELECT
        series_id,
        period,
        period_start,
        period_end,
        NULL AS value,
        'exact' AS qualifier,
        NULL AS rounding_unit,
        NULL AS value_text,
        NULL AS unit_published,
        'O' AS obs_status,
        'unstated' AS stage,
        NULL AS coverage_from,
        NULL AS coverage_to,
        'stated' AS period_origin,
        'withdrawn' AS release_state,
        'A' AS authority,
        FALSE AS re_source_needed,
        publisher,
        title,
        NULL AS place,
        NULL AS note,
        released_on,
        released_on_origin,
        release_seq,
        snapshot_sha256,
        'absent' AS locator,
        recorded_in
    FROM dropped
),

worded AS (
    SELECT
        *,
        CONCAT_WS(
            '|', COALESCE(CAST(value AS VARCHAR), ''), COALESCE(CAST(rounding_unit AS VARCHAR), ''),
            qualifier, obs_status, stage, release_state,
            COALESCE(CAST(coverage_from AS VARCHAR), ''), COALESCE(CAST(coverage_to AS VARCHAR), '')
        ) AS said
    FROM claims
),

compared AS (
    SELECT
        *,
        LAG(said) OVER (PARTITION BY series_id, period ORDER BY released_on, release_seq) AS said_before
    FROM worded
)

SELECT
    series_id,
    period,
    period_start,
    period_end,
    value,
    qualifier,
    rounding_unit,
    value_text,
    unit_published,
    obs_status,
    stage,
    coverage_from,
    coverage_to,
    period_origin,
    release_state,
    authority,
    re_source_needed,
    publisher,
    title,
    place,
    note,
    released_on,
    released_on_origin,
    release_seq,
    snapshot_sha256,
    locator,
    recorded_in
FROM compared
WHERE said <> COALESCE(said_before, CASE WHEN release_state = 'withdrawn' THEN said ELSE '' END)
