-- grain: series, period, release
-- unit: the series' unit
-- formula: a reading is a version if it differs from the release before it; a full release that
--   no longer gives a value it covers makes a withdrawn version; nothing is compared with later releases; a confirmed
--   correction makes one more version of the last reading of its day, if that is what it expects; the next release,
--   even of the same value, ends it
-- reads: readings, releases, release_spans, series, corrections
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

bound AS (
    SELECT
        s.series_id,
        c.*
    FROM corrections AS c
    INNER JOIN series AS s
        ON
            c.source_id = s.source_id
            AND c.indicator_id = s.indicator_id
            AND c.area_code = s.area_code
            AND c.sector_code = s.sector_code
            AND c.frequency = s.frequency
            AND c.basis = s.basis
            AND c.measure = s.measure
            AND COALESCE(c.price_basis, s.price_basis) = s.price_basis
            AND c.definition_id = s.definition_id
    WHERE c.status = 'confirmed'
),

compared AS (
    SELECT
        w.*,
        b.correction_id,
        b.corrected_on,
        b.action,
        b.value AS value_corrected,
        b.rounding_unit AS rounding_corrected,
        b.value_text AS text_corrected,
        b.unit_text AS unit_corrected,
        b.obs_status AS status_corrected,
        b.zh AS reason,
        LAG(w.said) OVER in_order AS said_before,
        LAG(w.released_on) OVER in_order AS released_before,
        LEAD(w.released_on) OVER in_order AS released_next,
        LAG(b.corrected_on) OVER in_order AS corrected_before
    FROM worded AS w
    LEFT JOIN bound AS b
        ON
            w.series_id = b.series_id
            AND w.period = b.period
            AND w.released_on = b.released_on
            AND w.value IS NOT DISTINCT FROM b.expect
            AND w.release_state <> 'withdrawn'
    WINDOW in_order AS (PARTITION BY w.series_id, w.period ORDER BY w.released_on, w.release_seq)
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
    recorded_in,
    CASE WHEN said = said_before THEN GREATEST(released_on, corrected_before) ELSE released_on END AS known_from,
    NULL AS correction_id,
    NULL AS published_text
FROM compared
WHERE
    said <> COALESCE(said_before, CASE WHEN release_state = 'withdrawn' THEN said ELSE '' END)
    OR (corrected_before IS NOT NULL AND released_before < released_on)
UNION ALL
SELECT
    series_id,
    period,
    period_start,
    period_end,
    CASE WHEN action = 'flag' THEN value ELSE value_corrected END AS value,
    qualifier,
    CASE WHEN action = 'flag' THEN rounding_unit ELSE rounding_corrected END AS rounding_unit,
    CASE WHEN action = 'flag' THEN value_text ELSE text_corrected END AS value_text,
    CASE WHEN action = 'flag' THEN unit_published ELSE unit_corrected END AS unit_published,
    COALESCE(status_corrected, obs_status) AS obs_status,
    stage,
    coverage_from,
    coverage_to,
    period_origin,
    release_state,
    CASE WHEN action = 'flag' THEN authority ELSE 'D' END AS authority,
    re_source_needed,
    publisher,
    title,
    place,
    CONCAT_WS('；', note, reason) AS note,
    released_on,
    released_on_origin,
    release_seq,
    snapshot_sha256,
    locator,
    recorded_in,
    corrected_on AS known_from,
    correction_id,
    CONCAT_WS(' ', value_text, unit_published) AS published_text
FROM compared
WHERE correction_id IS NOT NULL AND COALESCE(released_next > released_on, TRUE)
