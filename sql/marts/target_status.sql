-- grain: target, area
-- unit: the indicator's unit
-- formula: met by the earliest proof that nothing later disproves; before the due date the newest observation on the
--   path decides, way_gone against time_gone; on time is likely where a published share by the due date, times the
--   whole implied by an earlier share and level, reaches the target
-- reads: targets, parameters, indicators, definitions, observations, sources, target_evidence, units, areas, codes
WITH proofs AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY target_id ORDER BY period_end, series_id) AS place
    FROM target_evidence
    WHERE proves_met OR met_within_rounding
),

disproofs AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY target_id ORDER BY period_end DESC, series_id) AS place
    FROM target_evidence
    WHERE disproves
),

newest AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY target_id
            ORDER BY CASE WHEN way_gone IS NULL THEN 1 ELSE 0 END, period_end DESC, series_id
        ) AS place
    FROM target_evidence
),

shares AS (
    SELECT
        t.target_id,
        i.whole_zh,
        i.whole_en,
        o.period,
        o.period_end,
        o.frequency,
        o.value_text AS share_text,
        CAST(t.target_value AS DOUBLE) / (CAST(o.value AS DOUBLE) / 100) AS whole_needed,
        CAST(l.value AS DOUBLE) / (CAST(o.value AS DOUBLE) / 100) AS whole_implied
    FROM targets AS t
    CROSS JOIN parameters AS p
    INNER JOIN indicators AS i ON t.indicator_id = i.numerator_id
    INNER JOIN observations AS o
        ON i.indicator_id = o.indicator_id AND t.area_code = o.area_code AND o.measure = 'level'
    LEFT JOIN observations AS l
        ON
            t.indicator_id = l.indicator_id
            AND t.area_code = l.area_code
            AND l.measure = 'level'
            AND l.qualifier = 'exact'
            AND o.period_end = l.period_end
    WHERE
        t.measure = 'level'
        AND t.comparator = 'at_least'
        AND o.qualifier = 'exact'
        AND o.value > 0
        AND o.period_end <= t.due_on
        AND o.period_end <= p.assessed_on
),

likely AS (
    SELECT
        n.*,
        w.period AS whole_period,
        w.frequency AS whole_frequency,
        w.whole_implied AS whole_held,
        ROW_NUMBER() OVER (PARTITION BY n.target_id ORDER BY n.period_end DESC, w.period_end DESC) AS place
    FROM shares AS n
    INNER JOIN shares AS w ON n.target_id = w.target_id AND w.period_end <= n.period_end
    WHERE w.whole_implied >= n.whole_needed
),

related AS (
    SELECT
        t.target_id,
        i.zh AS indicator_zh,
        i.en AS indicator_en,
        o.period,
        o.period_end,
        o.frequency,
        o.qualifier,
        o.value_text,
        o.unit_published,
        o.qualifier IN ('exact', 'at_least') AND o.value >= t.target_value AS reaches,
        ROW_NUMBER() OVER (PARTITION BY t.target_id ORDER BY o.period_end DESC, o.series_id) AS place
    FROM targets AS t
    CROSS JOIN parameters AS p
    INNER JOIN observations AS o
        ON t.related_indicator_id = o.indicator_id AND t.area_code = o.area_code AND t.measure = o.measure
    INNER JOIN sources AS s ON o.source_id = s.source_id AND s.quoted
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE
        o.value IS NOT NULL AND o.period_end <= p.assessed_on AND t.comparator = 'at_least'
        AND (
            i.nature <> 'flow'
            OR o.frequency = 'A'
            OR (o.basis = 'cumulative' AND o.frequency = 'M' AND EXTRACT(MONTH FROM o.period_end) = 12)
        )
),

decided AS (
    SELECT
        t.target_id,
        t.plan_id,
        t.area_code,
        t.zh,
        t.en,
        t.note_zh,
        t.note_en,
        t.due_on,
        t.not_assessable,
        p.assessed_on,
        a.level AS area_level,
        a.zh AS area_zh,
        i.display_unit,
        CAST(u.factor AS DOUBLE) / CAST(s.factor AS DOUBLE) AS display_factor,
        m.period_end AS met_by,
        m.met_within_rounding AS met_by_interval,
        n.way_gone,
        n.time_gone,
        CASE
            WHEN t.not_assessable IS NOT NULL OR n.target_id IS NULL THEN 'not_assessable'
            WHEN x.target_id IS NOT NULL AND (m.target_id IS NULL OR x.period_end >= m.period_end) THEN 'not_met'
            WHEN m.target_id IS NOT NULL THEN 'met'
            WHEN t.due_on <= p.assessed_on THEN 'due_unverified'
            WHEN n.way_gone IS NULL OR n.time_gone IS NULL THEN 'not_assessable'
            WHEN n.way_gone > n.time_gone + p.on_schedule_tolerance THEN 'ahead'
            WHEN n.way_gone >= n.time_gone - p.on_schedule_tolerance THEN 'on_schedule'
            ELSE 'behind'
        END AS verdict,
        COALESCE(x.series_id, m.series_id, n.series_id) AS series_id,
        COALESCE(x.period, m.period, n.period) AS period,
        e.reaches AS met_on_related_definition,
        e.indicator_zh AS related_zh,
        e.indicator_en AS related_en,
        e.period AS related_period,
        e.period_end AS related_end,
        e.frequency AS related_frequency,
        e.qualifier AS related_qualifier,
        e.value_text AS related_text,
        e.unit_published AS related_unit,
        k.period AS share_period,
        k.period_end AS share_end,
        k.frequency AS share_frequency,
        k.share_text,
        k.whole_zh,
        k.whole_en,
        k.whole_needed,
        k.whole_held,
        k.whole_period,
        k.whole_frequency
    FROM targets AS t
    CROSS JOIN parameters AS p
    INNER JOIN areas AS a ON t.area_code = a.area_code
    LEFT JOIN indicators AS i ON t.indicator_id = i.indicator_id
    LEFT JOIN units AS u ON i.unit = u.unit
    LEFT JOIN units AS s ON i.display_unit = s.unit
    LEFT JOIN proofs AS m ON t.target_id = m.target_id AND m.place = 1
    LEFT JOIN disproofs AS x ON t.target_id = x.target_id AND x.place = 1
    LEFT JOIN newest AS n ON t.target_id = n.target_id AND n.place = 1
    LEFT JOIN likely AS k ON t.target_id = k.target_id AND k.place = 1
    LEFT JOIN related AS e ON t.target_id = e.target_id AND e.place = 1
),

reasoned AS (
    SELECT
        d.*,
        o.value,
        o.qualifier,
        o.value_text,
        o.unit_published,
        o.period_end,
        o.frequency,
        o.basis,
        f.match AS definition_match,
        f.note_zh AS definition_note_zh,
        f.note_en AS definition_note_en,
        CASE
            WHEN d.verdict <> 'not_assessable' THEN NULL
            WHEN d.not_assessable IS NOT NULL THEN d.not_assessable
            WHEN d.series_id IS NULL THEN 'NO_DATA'
            ELSE 'NO_BASE'
        END AS reason,
        CASE
            WHEN d.verdict <> 'met' THEN NULL
            WHEN d.met_by <= d.due_on THEN 'proven'
            WHEN d.share_period IS NOT NULL THEN 'likely'
            ELSE 'unknown'
        END AS on_time
    FROM decided AS d
    LEFT JOIN observations AS o ON d.series_id = o.series_id AND d.period = o.period
    LEFT JOIN definitions AS f ON o.indicator_id = f.indicator_id AND o.definition_id = f.definition_id
),

worded AS (
    SELECT
        r.*,
        v.zh AS verdict_zh,
        CONCAT(UPPER(SUBSTRING(v.en, 1, 1)), SUBSTRING(v.en, 2)) AS verdict_en,
        COALESCE(r.note_zh, c.zh) AS why_zh,
        COALESCE(r.note_en, c.en) AS why_en,
        y.zh AS on_time_zh,
        y.en AS on_time_en,
        CONCAT(
            CAST(EXTRACT(YEAR FROM r.period_end) AS VARCHAR), '年',
            CASE
                WHEN r.frequency = 'A' AND r.basis = 'end' THEN '末'
                WHEN r.frequency = 'A' THEN ''
                ELSE CONCAT(CAST(EXTRACT(MONTH FROM r.period_end) AS VARCHAR), '月')
            END
        ) AS period_zh,
        CONCAT(
            CASE r.qualifier WHEN 'at_least' THEN '超' WHEN 'at_most' THEN '不足' WHEN 'about' THEN '约' ELSE '' END,
            r.value_text, r.unit_published
        ) AS value_zh,
        CONCAT(
            CASE r.qualifier
                WHEN 'at_least' THEN 'over ' WHEN 'at_most' THEN 'under ' WHEN 'about' THEN 'about ' ELSE ''
            END,
            r.value_text, ' ', r.unit_published
        ) AS value_en,
        CONCAT(
            CAST(EXTRACT(YEAR FROM r.share_end) AS VARCHAR), '年',
            CASE
                WHEN r.share_frequency = 'A' THEN '末'
                ELSE CONCAT(CAST(EXTRACT(MONTH FROM r.share_end) AS VARCHAR), '月')
            END
        ) AS share_period_zh,
        CONCAT(
            CAST(EXTRACT(YEAR FROM r.related_end) AS VARCHAR), '年',
            CASE
                WHEN r.related_frequency = 'A' THEN '末'
                ELSE CONCAT(CAST(EXTRACT(MONTH FROM r.related_end) AS VARCHAR), '月')
            END,
            CASE r.related_qualifier
                WHEN 'at_least' THEN '超' WHEN 'at_most' THEN '不足' WHEN 'about' THEN '约' ELSE ''
            END,
            r.related_text, r.related_unit
        ) AS related_value_zh,
        CONCAT(r.whole_period, CASE WHEN r.whole_frequency = 'A' THEN '年末' ELSE '' END) AS whole_period_zh,
        CAST(CAST(ROUND(r.whole_needed * r.display_factor) AS BIGINT) AS VARCHAR) AS needed_text,
        CAST(CAST(ROUND(r.whole_held * r.display_factor) AS BIGINT) AS VARCHAR) AS held_text,
        CAST(CAST(ROUND(r.way_gone, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS way_text,
        CAST(CAST(ROUND(r.time_gone, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS time_text
    FROM reasoned AS r
    INNER JOIN codes AS v ON v.list_name = 'Verdict' AND r.verdict = v.code
    LEFT JOIN codes AS c ON c.list_name = 'Reason' AND r.reason = c.code
    LEFT JOIN codes AS y ON y.list_name = 'OnTime' AND r.on_time = y.code
)

SELECT
    target_id,
    plan_id,
    area_code,
    assessed_on,
    verdict,
    reason,
    CASE WHEN verdict = 'met' THEN met_by END AS met_by,
    CASE WHEN verdict = 'met' THEN met_by_interval END AS met_by_interval,
    on_time,
    definition_match,
    met_on_related_definition,
    series_id,
    period,
    value,
    qualifier,
    CONCAT(
        CASE
            WHEN verdict = 'not_assessable' THEN CONCAT(why_zh, '，', verdict_zh, ' (', reason, ')')
            WHEN verdict = 'met'
                THEN
                    CONCAT(
                        verdict_zh, '（最迟', period_zh, '：', value_zh, '）。按期与否：', on_time_zh,
                        CASE
                            WHEN on_time = 'likely'
                                THEN
                                    CONCAT(
                                        '：', share_period_zh, '占比', share_text, '%，只要',
                                        CASE WHEN area_level = 'province' THEN '全省' ELSE area_zh END,
                                        whole_zh, '不少于', needed_text, display_unit, '即已达标（', whole_period_zh,
                                        '推算', held_text, display_unit, '）'
                                    )
                            ELSE ''
                        END,
                        '。'
                    )
            WHEN way_gone IS NOT NULL AND time_gone IS NOT NULL AND verdict IN ('ahead', 'on_schedule', 'behind')
                THEN
                    CONCAT(
                        verdict_zh, '（', period_zh, '：', value_zh, '，实现进度', way_text, '%，序时进度', time_text, '%）。'
                    )
            ELSE CONCAT(verdict_zh, '（', period_zh, '：', value_zh, '）。')
        END,
        CASE WHEN verdict <> 'not_assessable' THEN COALESCE(definition_note_zh, '') ELSE '' END,
        CASE
            WHEN related_zh IS NULL OR verdict = 'met' THEN ''
            WHEN met_on_related_definition
                THEN CONCAT('；相关口径已达到，不作为达标依据（', related_zh, '，', related_value_zh, '）。')
            ELSE CONCAT('；相关口径见', related_zh, '（', related_value_zh, '）。')
        END
    ) AS sentence_zh,
    CONCAT(
        CASE
            WHEN verdict = 'not_assessable' THEN CONCAT('Not assessable (', reason, '): ', why_en, '.')
            WHEN verdict = 'met'
                THEN
                    CONCAT(
                        'Met (by ', CAST(met_by AS VARCHAR), ' at the latest: ', value_en, '). On time: ', on_time,
                        CASE
                            WHEN on_time = 'likely'
                                THEN
                                    CONCAT(
                                        ', not directly proven: the share of ', share_text, ' % in ', share_period,
                                        ' suffices if ', whole_en, ' were no fewer than ', needed_text, ' ',
                                        display_unit, ' (', held_text, ' ', display_unit, ' implied for ',
                                        whole_period, ')'
                                    )
                            ELSE ''
                        END,
                        '.'
                    )
            WHEN way_gone IS NOT NULL AND time_gone IS NOT NULL AND verdict IN ('ahead', 'on_schedule', 'behind')
                THEN
                    CONCAT(
                        verdict_en, ' (', period, ': ', value_en, '; ', way_text, ' % of the way at ', time_text,
                        ' % of the time).'
                    )
            ELSE CONCAT(verdict_en, ' (', period, ': ', value_en, ').')
        END,
        CASE
            WHEN verdict <> 'not_assessable' AND definition_note_en IS NOT NULL THEN CONCAT(' ', definition_note_en)
            ELSE ''
        END,
        CASE
            WHEN related_zh IS NULL OR verdict = 'met' THEN ''
            WHEN met_on_related_definition
                THEN
                    CONCAT(
                        ' Reached on a related definition, which proves nothing here: ', related_en, ' ', related_text,
                        ' ', related_unit, ' (', related_period, ').'
                    )
            ELSE CONCAT(' Related: ', related_en, ' ', related_text, ' ', related_unit, ' (', related_period, ').')
        END
    ) AS sentence_en
FROM worded
