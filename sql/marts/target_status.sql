-- grain: target, area
-- unit: the indicator's unit; percent for growth and shares
-- formula: met by the earliest proof that nothing later disproves; before the due date the newest observation on a path
--   decides, ahead_by against the tolerance; on time is likely where a published share by the due date, times the whole
--   implied by an earlier share and level, reaches the target; the newest whole so implied is the ceiling of what can
--   exist; confidence is low on a path with too few annual points, by an unknown definition, inside rounding or
--   unverified; high by the agency's own text in the target's own definition; else medium
-- reads: targets, parameters, indicators, definitions, observations, sources, target_evidence, units, areas, codes
WITH ranked AS (
    SELECT
        *,
        proves_met OR met_within_rounding AS proves,
        ROW_NUMBER() OVER (
            PARTITION BY target_id, proves_met OR met_within_rounding
            ORDER BY period_end, series_id
        ) AS first_of_kind,
        ROW_NUMBER() OVER (PARTITION BY target_id, disproves ORDER BY period_end DESC, series_id) AS last_of_kind,
        ROW_NUMBER() OVER (
            PARTITION BY target_id
            ORDER BY CASE WHEN ahead_by IS NULL THEN 1 ELSE 0 END, period_end DESC, series_id
        ) AS newest_first
    FROM target_evidence
),

points AS (
    SELECT
        target_id,
        series_id,
        COUNT(DISTINCT CASE WHEN EXTRACT(MONTH FROM period_end) = 12 THEN EXTRACT(YEAR FROM period_end) END)
            AS annual_points
    FROM target_evidence
    GROUP BY target_id, series_id
),

withheld AS (
    SELECT DISTINCT t.target_id
    FROM targets AS t
    INNER JOIN observations AS o
        ON t.indicator_id = o.indicator_id AND t.area_code = o.area_code AND o.obs_status = 'Q'
),

shares AS (
    SELECT
        t.target_id,
        t.due_on,
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
        AND t.counts = 'state'
        AND o.qualifier = 'exact'
        AND o.value > 0
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
    INNER JOIN targets AS t ON n.target_id = t.target_id AND t.comparator = 'at_least' AND n.period_end <= t.due_on
    INNER JOIN shares AS w ON n.target_id = w.target_id AND w.period_end <= n.period_end
    WHERE w.whole_implied >= n.whole_needed
),

ceilings AS (
    SELECT
        target_id,
        period,
        whole_implied,
        ROW_NUMBER() OVER (PARTITION BY target_id ORDER BY period_end DESC, whole_implied DESC) AS place
    FROM shares
    WHERE whole_implied IS NOT NULL
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
        AND COALESCE(t.counts, 'state') IN ('state', 'year')
        AND (
            i.nature <> 'flow'
            OR o.frequency = 'A'
            OR (o.basis = 'cumulative' AND o.frequency = 'M' AND EXTRACT(MONTH FROM o.period_end) = 12)
        )
),

decided AS (
    SELECT
        t.*,
        p.assessed_on,
        p.min_annual_points,
        m.period_end AS met_by,
        m.met_within_rounding AS met_by_interval,
        CASE
            WHEN t.long_term THEN 'long_term'
            WHEN t.not_assessable IS NOT NULL OR n.target_id IS NULL THEN 'not_assessable'
            WHEN x.target_id IS NOT NULL AND (m.target_id IS NULL OR x.period_end >= m.period_end) THEN 'not_met'
            WHEN m.target_id IS NOT NULL THEN 'met'
            WHEN t.due_on <= p.assessed_on THEN 'due_unverified'
            WHEN n.ahead_by IS NULL THEN 'not_assessable'
            WHEN n.ahead_by > p.on_schedule_tolerance THEN 'ahead'
            WHEN n.ahead_by >= -p.on_schedule_tolerance THEN 'on_schedule'
            ELSE 'behind'
        END AS verdict,
        CASE
            WHEN t.not_assessable IS NOT NULL THEN t.not_assessable
            WHEN n.target_id IS NOT NULL THEN n.reason
            WHEN w.target_id IS NOT NULL THEN 'SUPPRESSED'
            ELSE 'NO_DATA'
        END AS reason_if_none,
        COALESCE(x.series_id, m.series_id, n.series_id) AS series_id,
        COALESCE(x.period, m.period, n.period) AS period
    FROM targets AS t
    CROSS JOIN parameters AS p
    LEFT JOIN ranked AS m ON t.target_id = m.target_id AND m.proves AND m.first_of_kind = 1
    LEFT JOIN ranked AS x ON t.target_id = x.target_id AND x.disproves AND x.last_of_kind = 1
    LEFT JOIN ranked AS n ON t.target_id = n.target_id AND n.newest_first = 1
    LEFT JOIN withheld AS w ON t.target_id = w.target_id
),

cities AS (
    SELECT
        COALESCE(r.parent_code, c.parent_code) AS area_code,
        COUNT(*) AS cities
    FROM areas AS c
    LEFT JOIN areas AS r ON c.parent_code = r.area_code AND r.level = 'region'
    WHERE c.level = 'prefecture' AND c.valid_to IS NULL
    GROUP BY COALESCE(r.parent_code, c.parent_code)
),

parts AS (
    SELECT
        part_of AS target_id,
        COUNT(*) AS parts,
        SUM(target_value) AS parts_value,
        SUM(CASE WHEN verdict = 'met' THEN 1 ELSE 0 END) AS parts_met
    FROM decided
    WHERE part_of IS NOT NULL
    GROUP BY part_of
),

gathered AS (
    SELECT
        d.*,
        CASE WHEN d.verdict = 'not_assessable' THEN d.reason_if_none END AS reason,
        CASE
            WHEN d.verdict <> 'met' THEN NULL
            WHEN d.met_by <= d.due_on THEN 'proven'
            WHEN k.share_text IS NOT NULL THEN 'likely'
            ELSE 'unknown'
        END AS on_time,
        e.source_id,
        e.period_end,
        e.frequency,
        e.basis,
        e.value,
        e.qualifier,
        e.counted,
        e.counted_qualifier,
        e.base_value,
        e.start_value,
        e.aim_value,
        e.days_gone,
        e.days_total,
        e.months_gone,
        e.months_total,
        e.last_year_to_date,
        e.last_year_total,
        e.way_gone,
        e.time_gone,
        e.season_gone,
        e.ahead_by,
        e.definition_match,
        f.note_zh AS definition_note_zh,
        f.note_en AS definition_note_en,
        o.value_text,
        o.unit_published,
        o.authority = 'A' AND NOT o.re_source_needed AND o.obs_status = 'A' AS agencys_own,
        CASE WHEN d.measure = 'growth_average' THEN e.months_gone / 12 + 1 ELSE b.annual_points END AS annual_points,
        CAST(ROUND(c.whole_implied, 4) AS DECIMAL(18, 4)) AS ceiling_value,
        c.period AS ceiling_period,
        g.reaches AS met_on_related_definition,
        g.indicator_zh AS related_zh,
        g.indicator_en AS related_en,
        g.period AS related_period,
        g.period_end AS related_end,
        g.frequency AS related_frequency,
        g.qualifier AS related_qualifier,
        g.value_text AS related_text,
        g.unit_published AS related_unit,
        k.period AS share_period,
        k.period_end AS share_end,
        k.frequency AS share_frequency,
        k.share_text,
        k.whole_zh,
        k.whole_en,
        k.whole_needed,
        k.whole_held,
        k.whole_period,
        k.whole_frequency,
        q.parts,
        q.parts_met,
        CAST(q.parts_value AS DECIMAL(18, 4)) AS parts_value,
        CASE WHEN q.parts IS NOT NULL THEN h.cities END AS parts_expected,
        CAST(q.parts_value AS DOUBLE) / CAST(d.target_value AS DOUBLE) * 100 AS parts_percent,
        a.level AS area_level,
        a.zh AS area_zh,
        i.display_unit,
        CAST(u.factor AS DOUBLE) / CAST(s.factor AS DOUBLE) AS display_factor,
        CASE WHEN d.measure = 'level' THEN COALESCE(CAST(u.factor AS DOUBLE) / CAST(y.factor AS DOUBLE), 1) ELSE 1 END
            AS stated_factor
    FROM decided AS d
    INNER JOIN areas AS a ON d.area_code = a.area_code
    LEFT JOIN indicators AS i ON d.indicator_id = i.indicator_id
    LEFT JOIN units AS u ON i.unit = u.unit
    LEFT JOIN units AS s ON i.display_unit = s.unit
    LEFT JOIN units AS y ON d.unit_stated = y.unit
    LEFT JOIN target_evidence AS e ON d.target_id = e.target_id AND d.series_id = e.series_id AND d.period = e.period
    LEFT JOIN observations AS o ON d.series_id = o.series_id AND d.period = o.period
    LEFT JOIN definitions AS f ON d.indicator_id = f.indicator_id AND e.definition_id = f.definition_id
    LEFT JOIN points AS b ON d.target_id = b.target_id AND d.series_id = b.series_id
    LEFT JOIN likely AS k ON d.target_id = k.target_id AND k.place = 1
    LEFT JOIN ceilings AS c ON d.target_id = c.target_id AND c.place = 1
    LEFT JOIN related AS g ON d.target_id = g.target_id AND g.place = 1
    LEFT JOIN parts AS q ON d.target_id = q.target_id
    LEFT JOIN cities AS h ON d.area_code = h.area_code
),

sured AS (
    SELECT
        *,
        verdict IN ('ahead', 'on_schedule', 'behind') AS on_path,
        CASE
            WHEN verdict IN ('not_assessable', 'long_term') THEN NULL
            WHEN verdict = 'due_unverified' OR definition_match = 'unknown' THEN 'low'
            WHEN verdict = 'met' AND met_by_interval THEN 'low'
            WHEN verdict IN ('ahead', 'on_schedule', 'behind') AND COALESCE(annual_points, 0) < min_annual_points
                THEN 'low'
            WHEN agencys_own AND definition_match = 'same' THEN 'high'
            ELSE 'medium'
        END AS confidence,
        CASE
            WHEN
                verdict IN ('ahead', 'on_schedule', 'behind', 'not_met')
                AND measure = 'level'
                AND counted > 0
                AND aim_value > 0
                AND start_value <> 0
                AND months_total > months_gone
                THEN
                    (
                        POWER(
                            CAST(aim_value AS DOUBLE) / CAST(counted AS DOUBLE),
                            12 / CAST(months_total - months_gone AS DOUBLE)
                        ) - 1
                    ) * 100
        END AS growth_needed
    FROM gathered
),

numbered AS (
    SELECT
        *,
        CASE
            WHEN
                measure = 'growth_average'
                THEN REGEXP_REPLACE(CAST(CAST(ROUND(counted, 2) AS DECIMAL(18, 2)) AS VARCHAR), '[.]?0+$', '')
            ELSE
                REGEXP_REPLACE(
                    CAST(CAST(ROUND(CAST(counted AS DOUBLE) * stated_factor, 4) AS DECIMAL(18, 4)) AS VARCHAR),
                    '[.]?0+$',
                    ''
                )
        END AS counted_text,
        REGEXP_REPLACE(
            CAST(CAST(ROUND(CAST(start_value AS DOUBLE) * stated_factor, 4) AS DECIMAL(18, 4)) AS VARCHAR),
            '[.]?0+$',
            ''
        ) AS start_text,
        REGEXP_REPLACE(
            CAST(CAST(ROUND(CAST(aim_value AS DOUBLE) * stated_factor, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''
        ) AS aim_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(value_stated, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS target_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(upper_stated, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS upper_text,
        REGEXP_REPLACE(
            CAST(CAST(ROUND(CAST(last_year_to_date AS DOUBLE) * stated_factor, 4) AS DECIMAL(18, 4)) AS VARCHAR),
            '[.]?0+$',
            ''
        ) AS last_year_text,
        REGEXP_REPLACE(
            CAST(CAST(ROUND(CAST(last_year_total AS DOUBLE) * stated_factor, 4) AS DECIMAL(18, 4)) AS VARCHAR),
            '[.]?0+$',
            ''
        ) AS last_total_text,
        REGEXP_REPLACE(
            CAST(
                CAST(ROUND(ABS(CAST(target_value - counted AS DOUBLE) * stated_factor), 4) AS DECIMAL(18, 4)) AS VARCHAR
            ),
            '[.]?0+$',
            ''
        ) AS gap_text,
        CAST(CAST(ROUND(way_gone, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS way_text,
        CAST(CAST(ROUND(time_gone, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS time_text,
        CAST(CAST(ROUND(season_gone, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS season_text,
        CAST(CAST(ROUND(ABS(ahead_by), 1) AS DECIMAL(18, 1)) AS VARCHAR) AS ahead_text,
        CAST(CAST(ROUND(parts_percent, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS parts_text,
        CAST(CAST(ROUND(growth_needed, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS needed_growth_text,
        CAST(CAST(ROUND(growth_needed / 100, 1) AS DECIMAL(18, 1)) AS VARCHAR) AS needed_times_text,
        CASE
            WHEN measure <> 'growth_average' AND target_value <> 0
                THEN
                    CAST(
                        CAST(
                            ROUND(CAST(counted AS DOUBLE) / CAST(target_value AS DOUBLE) * 100, 1) AS DECIMAL(18, 1)
                        ) AS VARCHAR
                    )
            WHEN measure = 'growth_average'
                THEN
                    CAST(
                        CAST(
                            ROUND(
                                (1 + CAST(counted AS DOUBLE) / 100) / (1 + CAST(target_value AS DOUBLE) / 100) * 100, 1
                            ) AS DECIMAL(18, 1)
                        ) AS VARCHAR
                    )
        END AS fulfilled_text,
        CAST(CAST(ROUND(whole_needed * display_factor) AS BIGINT) AS VARCHAR) AS needed_text,
        CAST(CAST(ROUND(whole_held * display_factor) AS BIGINT) AS VARCHAR) AS held_text
    FROM sured
),

worded AS (
    SELECT
        r.*,
        v.zh AS verdict_zh,
        CONCAT(UPPER(SUBSTRING(v.en, 1, 1)), SUBSTRING(v.en, 2)) AS verdict_en,
        COALESCE(r.note_zh, c.zh) AS why_zh,
        COALESCE(r.note_en, c.en) AS why_en,
        y.zh AS on_time_zh,
        CONCAT(
            CAST(EXTRACT(YEAR FROM r.period_end) AS VARCHAR), '年',
            CASE
                WHEN r.frequency = 'A' AND r.basis = 'end' THEN '末'
                WHEN r.frequency = 'A' THEN ''
                WHEN r.basis = 'cumulative' AND EXTRACT(MONTH FROM r.period_end) > 1
                    THEN CONCAT('1—', CAST(EXTRACT(MONTH FROM r.period_end) AS VARCHAR), '月')
                ELSE CONCAT(CAST(EXTRACT(MONTH FROM r.period_end) AS VARCHAR), '月')
            END
        ) AS period_zh,
        CASE
            WHEN r.measure = 'growth_average' THEN CONCAT('年均增长', r.counted_text, '%')
            WHEN r.measure = 'share' THEN CONCAT('占比', r.counted_text, '%')
            WHEN r.counts = 'additions' THEN CONCAT('新增', r.counted_text, r.unit_stated)
            WHEN r.counts = 'years' THEN CONCAT('累计', r.counted_text, r.unit_stated)
            ELSE
                CONCAT(
                    CASE r.qualifier
                        WHEN 'at_least' THEN '超' WHEN 'at_most' THEN '不足' WHEN 'about' THEN '约' ELSE ''
                    END,
                    r.value_text, r.unit_published
                )
        END AS value_zh,
        CASE
            WHEN r.measure = 'growth_average' THEN CONCAT(r.counted_text, ' % a year on average')
            WHEN r.measure = 'share' THEN CONCAT('a share of ', r.counted_text, ' %')
            WHEN r.counts = 'additions' THEN CONCAT(r.counted_text, ' ', r.unit_stated, ' added')
            WHEN r.counts = 'years' THEN CONCAT(r.counted_text, ' ', r.unit_stated, ' in all')
            ELSE
                CONCAT(
                    CASE r.qualifier
                        WHEN 'at_least' THEN 'over ' WHEN 'at_most' THEN 'under ' WHEN 'about' THEN 'about ' ELSE ''
                    END,
                    r.value_text, ' ', r.unit_published
                )
        END AS value_en,
        CASE
            WHEN r.start_value = 0 THEN CONCAT(r.counted_text, '÷', r.aim_text)
            ELSE CONCAT('(', r.counted_text, '−', r.start_text, ')÷(', r.aim_text, '−', r.start_text, ')')
        END AS way_formula,
        CASE
            WHEN r.comparator = 'between' OR r.counted_qualifier <> 'exact' OR r.fulfilled_text IS NULL THEN NULL
            WHEN r.measure = 'growth_average'
                THEN CONCAT('(1+', r.counted_text, '%)÷(1+', r.target_text, '%)=', r.fulfilled_text, '%')
            ELSE CONCAT(r.counted_text, '÷', r.target_text, '=', r.fulfilled_text, '%')
        END AS fulfilment_formula,
        CASE
            WHEN r.growth_needed >= 100 THEN CONCAT('增长', r.needed_times_text, '倍')
            WHEN ROUND(r.growth_needed, 1) > 0 THEN CONCAT('增长', r.needed_growth_text, '%')
        END AS needed_growth_zh,
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
        CONCAT(r.whole_period, CASE WHEN r.whole_frequency = 'A' THEN '年末' ELSE '' END) AS whole_period_zh
    FROM numbered AS r
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
    confidence,
    CAST(annual_points AS BIGINT) AS annual_points,
    series_id,
    source_id,
    period,
    value,
    qualifier,
    base_value,
    ceiling_value,
    ceiling_period,
    parts,
    parts_expected,
    parts_met,
    parts_value,
    CONCAT(
        CASE
            WHEN verdict = 'long_term' THEN CONCAT(verdict_zh, '。')
            WHEN verdict = 'not_assessable' THEN CONCAT(why_zh, '，', verdict_zh, ' (', reason, ')')
            WHEN verdict = 'met'
                THEN
                    CONCAT(
                        verdict_zh, '（最迟', period_zh, '：', value_zh,
                        COALESCE('，计划完成程度' || fulfilment_formula, ''), '）。按期与否：', on_time_zh,
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
            WHEN on_path AND measure = 'growth_average'
                THEN
                    CONCAT(
                        verdict_zh, '（', period_zh, '：', value_zh, '，目标', target_text, '%，',
                        CASE
                            WHEN ROUND(ahead_by, 1) = 0 THEN '持平'
                            WHEN counted > target_value THEN CONCAT('高', ahead_text, '个百分点')
                            ELSE CONCAT('低', ahead_text, '个百分点')
                        END,
                        '）。'
                    )
            WHEN on_path
                THEN
                    CONCAT(
                        verdict_zh, '（', period_zh, '：', value_zh, '，实现进度', way_formula, '=', way_text, '%，',
                        CASE
                            WHEN season_gone IS NOT NULL
                                THEN CONCAT('上年同期占全年', last_year_text, '÷', last_total_text, '=', season_text, '%，')
                            ELSE
                                CONCAT(
                                    '序时进度', CAST(days_gone AS VARCHAR), '÷', CAST(days_total AS VARCHAR), '=',
                                    time_text, '%，'
                                )
                        END,
                        CASE
                            WHEN ROUND(ahead_by, 1) = 0 THEN '持平'
                            WHEN ahead_by > 0 THEN CONCAT('快', ahead_text, '个百分点')
                            ELSE CONCAT('慢', ahead_text, '个百分点')
                        END,
                        COALESCE('；其后年均需' || needed_growth_zh, ''), '）。'
                    )
            WHEN
                verdict = 'not_met' AND measure = 'level' AND comparator <> 'between' AND fulfilment_formula IS NOT NULL
                THEN
                    CONCAT(
                        verdict_zh, '（', period_zh, '：', value_zh, '，计划完成程度', fulfilment_formula,
                        CASE WHEN comparator = 'at_least' THEN '，差' ELSE '，超' END, gap_text, unit_stated, '）。'
                    )
            ELSE
                CONCAT(
                    verdict_zh, '（', period_zh, '：', value_zh,
                    CASE
                        WHEN verdict = 'not_met' AND fulfilment_formula IS NOT NULL
                            THEN CONCAT('，计划完成程度', fulfilment_formula)
                        WHEN comparator = 'between' THEN CONCAT('，目标区间', target_text, '—', upper_text, unit_stated)
                        ELSE CONCAT('，目标', target_text, unit_stated)
                    END,
                    '）。'
                )
        END,
        CASE
            WHEN verdict NOT IN ('not_assessable', 'long_term') THEN COALESCE(definition_note_zh, '')
            ELSE ''
        END,
        CASE
            WHEN related_zh IS NULL OR verdict IN ('met', 'long_term') THEN ''
            WHEN met_on_related_definition
                THEN CONCAT('；相关口径已达到，不作为达标依据（', related_zh, '，', related_value_zh, '）。')
            ELSE CONCAT('；相关口径见', related_zh, '（', related_value_zh, '）。')
        END,
        CASE
            WHEN parts IS NULL THEN ''
            ELSE
                CONCAT(
                    '分市目标', CAST(parts AS VARCHAR), COALESCE('/' || CAST(parts_expected AS VARCHAR), ''),
                    '个，合计为总目标的', parts_text, '%，其中已达到', CAST(parts_met AS VARCHAR), '个。'
                )
        END
    ) AS sentence_zh,
    CONCAT(
        CASE
            WHEN verdict = 'long_term' THEN CONCAT(verdict_en, '.')
            WHEN verdict = 'not_assessable' THEN CONCAT('Not assessable (', reason, '): ', why_en, '.')
            WHEN verdict = 'met'
                THEN
                    CONCAT(
                        'Met (by ', CAST(met_by AS VARCHAR), ' at the latest: ', value_en,
                        COALESCE('; fulfilment ' || fulfilment_formula, ''), '). On time: ', on_time,
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
            WHEN on_path AND measure = 'growth_average'
                THEN
                    CONCAT(
                        verdict_en, ' (', period, ': ', value_en, ', planned ', target_text, ' %; ',
                        CASE
                            WHEN ROUND(ahead_by, 1) = 0 THEN 'level'
                            WHEN counted > target_value THEN CONCAT(ahead_text, ' points above')
                            ELSE CONCAT(ahead_text, ' points below')
                        END,
                        ').'
                    )
            WHEN on_path
                THEN
                    CONCAT(
                        verdict_en, ' (', period, ': ', value_en, '; way gone ', way_formula, ' = ', way_text, ' %, ',
                        CASE
                            WHEN season_gone IS NOT NULL
                                THEN
                                    CONCAT(
                                        'same period of last year ', last_year_text, '÷', last_total_text, ' = ',
                                        season_text, ' %; '
                                    )
                            ELSE
                                CONCAT(
                                    'time gone ', CAST(days_gone AS VARCHAR), '÷', CAST(days_total AS VARCHAR), ' = ',
                                    time_text, ' %; '
                                )
                        END,
                        CASE
                            WHEN ROUND(ahead_by, 1) = 0 THEN 'level'
                            WHEN ahead_by > 0 THEN CONCAT(ahead_text, ' points ahead')
                            ELSE CONCAT(ahead_text, ' points behind')
                        END,
                        CASE
                            WHEN ROUND(growth_needed, 1) > 0
                                THEN CONCAT('; from then on ', needed_growth_text, ' % a year are needed')
                            ELSE ''
                        END,
                        ').'
                    )
            ELSE
                CONCAT(
                    verdict_en, ' (', period, ': ', value_en,
                    CASE
                        WHEN verdict = 'not_met' AND fulfilment_formula IS NOT NULL
                            THEN CONCAT('; fulfilment ', fulfilment_formula)
                        WHEN comparator = 'between'
                            THEN CONCAT('; the band is ', target_text, ' to ', upper_text, ' ', unit_stated)
                        ELSE CONCAT('; the target is ', target_text, ' ', unit_stated)
                    END,
                    ').'
                )
        END,
        CASE
            WHEN verdict NOT IN ('not_assessable', 'long_term') AND definition_note_en IS NOT NULL
                THEN CONCAT(' ', definition_note_en)
            ELSE ''
        END,
        CASE
            WHEN related_zh IS NULL OR verdict IN ('met', 'long_term') THEN ''
            WHEN met_on_related_definition
                THEN
                    CONCAT(
                        ' Reached on a related definition, which proves nothing here: ', related_en, ' ', related_text,
                        ' ', related_unit, ' (', related_period, ').'
                    )
            ELSE CONCAT(' Related: ', related_en, ' ', related_text, ' ', related_unit, ' (', related_period, ').')
        END,
        CASE
            WHEN parts IS NULL THEN ''
            ELSE
                CONCAT(
                    ' Parts: ', CAST(parts AS VARCHAR),
                    COALESCE(' of ' || CAST(parts_expected AS VARCHAR), ''), ' cities take on ', parts_text,
                    ' % of it, ', CAST(parts_met AS VARCHAR), ' met.'
                )
        END
    ) AS sentence_en
FROM worded
