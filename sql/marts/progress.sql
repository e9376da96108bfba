-- grain: target, area, method
-- unit: percent for expected, actual and growth rates; the indicator's unit for value, counted, start, target, gap …
-- formula: of the newest observation that a method can use; v counted, s start, t target, mg, mt months gone and all:
--   time_linear (v-s)/(t-s) against days; time_seasonal v/t against last year's same period/last year;
--   fulfilment v/t, of growth (1+v)/(1+t); level_12_months: v = to date + last year - last year to date, v/t;
--   cumulative: v = sum of years, v/t against days; gap_and_required t-v and (t/v)^(12/months left)-1;
--   eurostat R = ((v/s)^(12/mg)-1)/((t/s)^(12/mt)-1), of growth v/t; geometric v against s(t/s)^(mg/mt);
--   open_sdg R with score; un_2023 (min(v(1+growth)^(months left/12), ceiling)-s)/(t-s)
-- reads: targets, target_evidence, target_status, parameters, codes, observations, sources, indicators, definitions
WITH asked AS (
    SELECT
        s.target_id,
        s.area_code,
        s.assessed_on,
        s.series_id,
        s.period,
        s.verdict,
        s.reason AS status_reason,
        t.indicator_id,
        t.measure,
        t.counts,
        t.comparator,
        t.target_value AS target_lower,
        t.upper_value,
        t.unit,
        t.due_on,
        t.base_period,
        t.not_assessable,
        m.code AS method,
        COALESCE(s.ceiling_value, CASE WHEN i.numerator_id IS NOT NULL THEN CAST(100 AS DECIMAL(18, 4)) END)
            AS ceiling_value
    FROM target_status AS s
    INNER JOIN targets AS t ON s.target_id = t.target_id
    INNER JOIN codes AS m ON m.list_name = 'Method'
    LEFT JOIN indicators AS i ON t.indicator_id = i.indicator_id
    WHERE
        CASE
            WHEN t.measure = 'growth_average' THEN m.code IN ('fulfilment', 'gap_and_required', 'eurostat')
            WHEN t.counts = 'years' THEN m.code = 'cumulative'
            WHEN t.counts = 'additions' THEN m.code IN ('time_linear', 'fulfilment', 'gap_and_required')
            WHEN m.code = 'time_seasonal' THEN t.counts = 'year'
            WHEN m.code = 'level_12_months' THEN t.counts = 'year' AND t.comparator = 'at_least'
            ELSE m.code <> 'cumulative'
        END
),

twelve_months AS (
    SELECT
        q.target_id,
        o.series_id,
        o.period,
        o.period_end,
        o.value,
        l.value AS last_year_to_date,
        y.value AS last_year_total,
        CASE WHEN y.value IS NULL THEN o.value ELSE o.value + y.value - l.value END AS counted,
        q.target_lower
    FROM asked AS q
    INNER JOIN observations AS o
        ON
            q.indicator_id = o.indicator_id
            AND q.area_code = o.area_code
            AND o.measure = 'level'
            AND o.qualifier = 'exact'
            AND o.coverage_to IS NULL
            AND (o.frequency = 'A' OR o.basis = 'cumulative')
            AND o.period_end <= q.assessed_on
    INNER JOIN sources AS s ON o.source_id = s.source_id AND s.quoted
    INNER JOIN definitions AS d
        ON o.indicator_id = d.indicator_id AND o.definition_id = d.definition_id AND d.match <> 'unknown'
    LEFT JOIN observations AS l
        ON
            o.series_id = l.series_id
            AND l.period_start = o.period_start - INTERVAL '1' YEAR
            AND l.qualifier = 'exact'
            AND EXTRACT(MONTH FROM o.period_end) < 12
    LEFT JOIN observations AS y
        ON
            o.series_id = y.series_id
            AND EXTRACT(YEAR FROM y.period_end) = EXTRACT(YEAR FROM o.period_end) - 1
            AND EXTRACT(MONTH FROM y.period_end) = 12
            AND y.qualifier = 'exact'
            AND EXTRACT(MONTH FROM o.period_end) < 12
    WHERE
        q.method = 'level_12_months'
        AND q.not_assessable IS NULL
        AND q.verdict <> 'long_term'
        AND EXTRACT(YEAR FROM o.period_end) > COALESCE(CAST(q.base_period AS BIGINT), 0)
        AND (
            EXTRACT(MONTH FROM o.period_end) = 12
            OR (l.value IS NOT NULL AND y.value IS NOT NULL AND o.price_basis <> 'previous_year')
        )
),

usable AS (
    SELECT
        q.target_id,
        q.method,
        e.series_id,
        e.period,
        e.period_end,
        e.value,
        e.counted_qualifier AS qualifier,
        e.whole_value,
        e.earlier_sum,
        e.base_period,
        e.base_value,
        e.counted,
        e.start_value,
        CASE
            WHEN q.method IN ('fulfilment', 'gap_and_required') AND q.comparator = 'between'
                THEN GREATEST(q.target_lower, LEAST(q.upper_value, e.counted))
            WHEN q.method IN ('fulfilment', 'gap_and_required') THEN q.target_lower
            ELSE COALESCE(e.aim_value, q.target_lower)
        END AS target_value,
        e.days_gone,
        e.days_total,
        e.months_gone,
        e.months_total,
        e.last_year_to_date,
        e.last_year_total,
        CAST(NULL AS DATE) AS reached_on,
        e.reason,
        ROW_NUMBER() OVER (PARTITION BY q.target_id, q.method ORDER BY e.period_end DESC, e.series_id) AS place
    FROM asked AS q
    INNER JOIN target_evidence AS e ON q.target_id = e.target_id
    WHERE
        CASE
            WHEN q.method IN ('fulfilment', 'gap_and_required') OR q.measure = 'growth_average'
                THEN q.series_id = e.series_id AND q.period = e.period
            WHEN q.method IN ('time_linear', 'cumulative') THEN e.ahead_by IS NOT NULL
            WHEN q.method = 'time_seasonal' THEN e.season_gone IS NOT NULL
            WHEN q.method = 'level_12_months' THEN FALSE
            ELSE e.ahead_by IS NOT NULL AND e.months_gone > 0
        END
    UNION ALL
    SELECT
        target_id,
        'level_12_months' AS method,
        series_id,
        period,
        period_end,
        value,
        'exact' AS qualifier,
        NULL AS whole_value,
        NULL AS earlier_sum,
        NULL AS base_period,
        NULL AS base_value,
        counted,
        NULL AS start_value,
        target_lower AS target_value,
        NULL AS days_gone,
        NULL AS days_total,
        NULL AS months_gone,
        NULL AS months_total,
        last_year_to_date,
        last_year_total,
        CASE WHEN counted >= target_lower THEN period_end END AS reached_on,
        NULL AS reason,
        ROW_NUMBER() OVER (
            PARTITION BY target_id
            ORDER BY
                CASE WHEN counted >= target_lower THEN 0 ELSE 1 END,
                CASE WHEN counted >= target_lower THEN period_end END,
                period_end DESC,
                series_id
        ) AS place
    FROM twelve_months
),

last_reasons AS (
    SELECT
        target_id,
        reason,
        ROW_NUMBER() OVER (
            PARTITION BY target_id ORDER BY CASE WHEN reason IS NULL THEN 1 ELSE 0 END, period_end DESC, series_id
        ) AS place
    FROM target_evidence
),

summed AS (
    SELECT
        target_id,
        MIN(period_end) AS reached_on
    FROM target_evidence
    WHERE proves_met
    GROUP BY target_id
),

numbered AS (
    SELECT
        q.target_id,
        q.area_code,
        q.assessed_on,
        q.method,
        q.measure,
        q.counts,
        q.comparator,
        q.unit,
        q.due_on,
        q.verdict,
        q.ceiling_value,
        u.series_id,
        u.period,
        u.period_end,
        u.value,
        u.qualifier,
        u.whole_value,
        u.earlier_sum,
        u.base_period,
        u.base_value,
        u.counted,
        u.start_value,
        COALESCE(u.target_value, q.target_lower) AS target_value,
        u.days_gone,
        u.days_total,
        u.months_gone,
        u.months_total,
        u.last_year_to_date,
        u.last_year_total,
        CAST(u.counted AS DOUBLE) AS v,
        CAST(u.start_value AS DOUBLE) AS s,
        CAST(u.target_value AS DOUBLE) AS t,
        CAST(u.days_gone AS DOUBLE) / CAST(u.days_total AS DOUBLE) AS days_share,
        CAST(u.last_year_to_date AS DOUBLE) / CAST(u.last_year_total AS DOUBLE) AS season_share,
        CASE
            WHEN q.method IN ('gap_and_required', 'un_2023') AND u.period_end < q.due_on
                THEN
                    CAST(
                        (
                            EXTRACT(YEAR FROM q.due_on + INTERVAL '1' DAY)
                            - EXTRACT(YEAR FROM u.period_end + INTERVAL '1' DAY)
                        ) * 12
                        + EXTRACT(MONTH FROM q.due_on + INTERVAL '1' DAY)
                        - EXTRACT(MONTH FROM u.period_end + INTERVAL '1' DAY) AS BIGINT
                    )
        END AS months_left,
        CASE
            WHEN q.method = 'level_12_months' THEN u.reached_on
            WHEN q.method = 'cumulative' THEN f.reached_on
        END AS reached_on,
        CASE
            WHEN q.not_assessable IS NOT NULL THEN q.not_assessable
            WHEN q.verdict = 'long_term' THEN 'NO_CRITERION'
            WHEN u.target_id IS NULL AND l.target_id IS NULL THEN COALESCE(q.status_reason, 'NO_DATA')
            WHEN u.target_id IS NULL AND q.method = 'time_seasonal' THEN 'NO_SEASON'
            WHEN u.target_id IS NULL AND q.method = 'level_12_months' THEN 'NO_DATA'
            WHEN u.target_id IS NULL THEN COALESCE(l.reason, 'NO_BASE')
            WHEN u.counted IS NULL THEN u.reason
            WHEN q.method IN ('fulfilment', 'gap_and_required') AND u.target_value = 0 THEN 'SIGN_CHANGE'
            WHEN q.method = 'eurostat' AND q.measure = 'growth_average' AND u.target_value = 0 THEN 'ZERO_BASE'
            WHEN q.method NOT IN ('eurostat', 'geometric', 'open_sdg', 'un_2023') THEN NULL
            WHEN q.measure = 'growth_average' THEN NULL
            WHEN u.start_value = 0 THEN 'ZERO_BASE'
            WHEN u.start_value < 0 THEN 'NEG_BASE'
            WHEN u.counted <= 0 OR u.target_value <= 0 THEN 'SIGN_CHANGE'
        END AS reason
    FROM asked AS q
    LEFT JOIN usable AS u ON q.target_id = u.target_id AND q.method = u.method AND u.place = 1
    LEFT JOIN last_reasons AS l ON q.target_id = l.target_id AND l.place = 1
    LEFT JOIN summed AS f ON q.target_id = f.target_id
),

rated AS (
    SELECT
        *,
        reason IS NULL AS counts_here,
        CASE
            WHEN reason IS NOT NULL THEN NULL
            WHEN measure = 'growth_average' AND method IN ('eurostat', 'gap_and_required') THEN v / 100
            WHEN method IN ('eurostat', 'open_sdg', 'un_2023') THEN POWER(v / s, 12 / CAST(months_gone AS DOUBLE)) - 1
        END AS rate_so_far,
        CASE
            WHEN reason IS NOT NULL THEN NULL
            WHEN method = 'eurostat' AND measure = 'growth_average' THEN t / 100
            WHEN method IN ('eurostat', 'open_sdg') THEN POWER(t / s, 12 / CAST(months_total AS DOUBLE)) - 1
            WHEN method <> 'gap_and_required' OR COALESCE(months_left, 0) <= 0 THEN NULL
            WHEN measure = 'growth_average' AND months_gone > 0
                THEN
                    POWER(
                        POWER(1 + t / 100, CAST(months_total AS DOUBLE) / 12)
                        / POWER(1 + v / 100, CAST(months_gone AS DOUBLE) / 12),
                        12 / CAST(months_left AS DOUBLE)
                    ) - 1
            WHEN
                measure <> 'growth_average'
                AND (counts = 'state' OR EXTRACT(MONTH FROM period_end) = 12)
                AND COALESCE(counts, 'state') IN ('state', 'year')
                AND v > 0
                AND t > 0
                AND CASE WHEN comparator = 'at_most' THEN v > t ELSE v < t END
                THEN POWER(t / v, 12 / CAST(months_left AS DOUBLE)) - 1
        END AS rate_required
    FROM numbered
),

led AS (
    SELECT
        *,
        CASE
            WHEN NOT counts_here THEN NULL
            WHEN method IN ('time_linear', 'cumulative') THEN s + (t - s) * days_share
            WHEN method = 'time_seasonal' THEN t * season_share
            WHEN method = 'geometric' THEN s * POWER(t / s, CAST(months_gone AS DOUBLE) / CAST(months_total AS DOUBLE))
        END AS value_expected,
        CASE
            WHEN method = 'un_2023' AND counts_here
                THEN v * POWER(1 + rate_so_far, CAST(COALESCE(months_left, 0) AS DOUBLE) / 12)
        END AS value_extrapolated,
        CASE
            WHEN comparator = 'at_most' THEN v <= t
            ELSE v >= t
        END AS achieved
    FROM rated
),

compared AS (
    SELECT
        *,
        CASE WHEN value_extrapolated > ceiling_value THEN CAST(ceiling_value AS DOUBLE) ELSE value_extrapolated END
            AS value_capped,
        CASE
            WHEN NOT counts_here THEN NULL
            WHEN method IN ('time_linear', 'cumulative') THEN days_share * 100
            WHEN method = 'time_seasonal' THEN season_share * 100
            WHEN method = 'gap_and_required' THEN 0
            ELSE 100
        END AS expected_number,
        CASE
            WHEN NOT counts_here THEN NULL
            WHEN method IN ('time_linear', 'time_seasonal', 'cumulative') THEN (v - s) / (t - s) * 100
            WHEN method = 'gap_and_required' AND measure = 'growth_average' THEN t - v
            WHEN method = 'gap_and_required' THEN (t - v) / t * 100
            WHEN method = 'fulfilment' AND measure = 'growth_average' THEN (1 + v / 100) / (1 + t / 100) * 100
            WHEN method IN ('fulfilment', 'level_12_months') THEN v / t * 100
            WHEN method IN ('eurostat', 'open_sdg') THEN rate_so_far / rate_required * 100
            WHEN method = 'geometric' THEN v / value_expected * 100
            WHEN value_extrapolated > ceiling_value THEN (CAST(ceiling_value AS DOUBLE) - s) / (t - s) * 100
            ELSE (value_extrapolated - s) / (t - s) * 100
        END AS actual_number,
        CASE WHEN method = 'un_2023' AND counts_here THEN (value_extrapolated - s) / (t - s) END AS uncapped_ratio
    FROM led
),

rounded AS (
    SELECT
        *,
        CASE WHEN expected_number > 0 THEN actual_number / expected_number END AS ratio_number,
        REGEXP_REPLACE(CAST(CAST(ROUND(v, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS v_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(s, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS s_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(t, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS t_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(value_expected, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '')
            AS expected_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(value_extrapolated, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '')
            AS extrapolated_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(ceiling_value, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS ceiling_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(value_capped, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS capped_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(t - v, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', '') AS gap_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(rate_so_far * 100, 6) AS DECIMAL(18, 6)) AS VARCHAR), '[.]?0+$', '')
            AS so_far_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(rate_required * 100, 6) AS DECIMAL(18, 6)) AS VARCHAR), '[.]?0+$', '')
            AS required_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(expected_number, 6) AS DECIMAL(18, 6)) AS VARCHAR), '[.]?0+$', '')
            AS expected_percent_text,
        REGEXP_REPLACE(CAST(CAST(ROUND(actual_number, 6) AS DECIMAL(18, 6)) AS VARCHAR), '[.]?0+$', '')
            AS actual_percent_text,
        CAST(months_gone AS VARCHAR) AS gone_text,
        CAST(months_total AS VARCHAR) AS total_text
    FROM compared
)

SELECT
    r.target_id,
    r.area_code,
    r.assessed_on,
    r.method,
    r.series_id,
    r.period,
    r.value,
    r.qualifier,
    r.whole_value,
    r.earlier_sum,
    r.base_period,
    r.base_value,
    r.counted,
    r.start_value,
    r.target_value,
    r.unit,
    CASE WHEN r.method IN ('time_linear', 'cumulative') THEN r.days_gone END AS days_gone,
    CASE WHEN r.method IN ('time_linear', 'cumulative') THEN r.days_total END AS days_total,
    CASE WHEN r.method NOT IN ('time_linear', 'cumulative') THEN r.months_gone END AS months_gone,
    CASE WHEN r.method NOT IN ('time_linear', 'cumulative') THEN r.months_total END AS months_total,
    r.months_left,
    CASE WHEN r.method IN ('time_seasonal', 'level_12_months') THEN r.last_year_to_date END AS last_year_to_date,
    CASE WHEN r.method IN ('time_seasonal', 'level_12_months') THEN r.last_year_total END AS last_year_total,
    CAST(ROUND(r.rate_so_far * 100, 6) AS DECIMAL(18, 6)) AS growth_actual,
    CAST(ROUND(r.rate_required * 100, 6) AS DECIMAL(18, 6)) AS growth_required,
    CAST(ROUND(r.value_expected, 4) AS DECIMAL(18, 4)) AS expected_value,
    CASE
        WHEN r.method = 'gap_and_required' THEN CAST(ROUND(r.t - r.v, 4) AS DECIMAL(18, 4))
    END AS gap,
    CAST(ROUND(r.value_extrapolated, 4) AS DECIMAL(18, 4)) AS extrapolated,
    CASE WHEN r.method = 'un_2023' THEN r.ceiling_value END AS ceiling_value,
    r.value_extrapolated > r.ceiling_value AS capped,
    r.reached_on,
    CAST(DATEDIFF('day', r.reached_on, r.due_on) AS BIGINT) AS days_early,
    CAST(ROUND(r.expected_number, 6) AS DECIMAL(18, 6)) AS expected,
    CAST(ROUND(r.actual_number, 6) AS DECIMAL(18, 6)) AS actual,
    CAST(ROUND(r.ratio_number, 6) AS DECIMAL(18, 6)) AS ratio,
    CAST(ROUND(r.uncapped_ratio, 6) AS DECIMAL(18, 6)) AS ratio_uncapped,
    CASE
        WHEN r.method <> 'open_sdg' OR r.ratio_number IS NULL THEN NULL
        WHEN r.achieved THEN CAST(5 AS DECIMAL(18, 6))
        WHEN r.ratio_number >= p.open_sdg_moderate
            THEN CAST(ROUND(LEAST(7.1429 * r.ratio_number - 4.2857, 5), 6) AS DECIMAL(18, 6))
        ELSE CAST(ROUND(GREATEST(4.1667 * r.ratio_number - 2.5, -5), 6) AS DECIMAL(18, 6))
    END AS score,
    CASE
        WHEN r.ratio_number IS NULL THEN NULL
        WHEN r.method = 'eurostat' AND r.ratio_number >= p.eurostat_significant THEN 'significant'
        WHEN r.method = 'eurostat' AND r.ratio_number >= p.eurostat_moderate THEN 'moderate'
        WHEN r.method = 'eurostat' AND r.ratio_number >= p.eurostat_insufficient THEN 'insufficient'
        WHEN r.method = 'eurostat' THEN 'away'
        WHEN r.method = 'open_sdg' AND r.achieved THEN 'target_achieved'
        WHEN r.method = 'open_sdg' AND r.ratio_number >= p.open_sdg_substantial THEN 'substantial_progress'
        WHEN r.method = 'open_sdg' AND r.ratio_number >= p.open_sdg_moderate THEN 'moderate_progress'
        WHEN r.method = 'open_sdg' AND r.ratio_number >= p.open_sdg_limited THEN 'limited_progress'
        WHEN r.method = 'open_sdg' THEN 'deterioration'
        WHEN r.method = 'un_2023' AND (r.achieved OR r.ratio_number >= p.un_on_track) THEN 'on_track'
        WHEN r.method = 'un_2023' AND r.ratio_number >= p.un_fair THEN 'fair'
        WHEN r.method = 'un_2023' THEN 'stagnation'
    END AS category,
    CASE
        WHEN NOT r.counts_here THEN NULL
        WHEN r.method IN ('time_linear', 'cumulative')
            THEN
                CONCAT(
                    '(', r.v_text, ' - ', r.s_text, ') / (', r.t_text, ' - ', r.s_text, ') = ', r.actual_percent_text,
                    ' %; ', CAST(r.days_gone AS VARCHAR), ' / ', CAST(r.days_total AS VARCHAR), ' = ',
                    r.expected_percent_text, ' %'
                )
        WHEN r.method = 'time_seasonal'
            THEN
                CONCAT(
                    r.v_text, ' / ', r.t_text, ' = ', r.actual_percent_text, ' %; ',
                    REGEXP_REPLACE(
                        CAST(CAST(ROUND(r.last_year_to_date, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''
                    ),
                    ' / ',
                    REGEXP_REPLACE(CAST(CAST(ROUND(r.last_year_total, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''),
                    ' = ',
                    r.expected_percent_text,
                    ' %'
                )
        WHEN r.method = 'fulfilment' AND r.measure = 'growth_average'
            THEN CONCAT('(1 + ', r.v_text, ' %) / (1 + ', r.t_text, ' %) = ', r.actual_percent_text, ' %')
        WHEN r.method = 'level_12_months' AND r.last_year_total IS NOT NULL
            THEN
                CONCAT(
                    REGEXP_REPLACE(CAST(CAST(ROUND(r.value, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''),
                    ' + ',
                    REGEXP_REPLACE(CAST(CAST(ROUND(r.last_year_total, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''),
                    ' - ',
                    REGEXP_REPLACE(
                        CAST(CAST(ROUND(r.last_year_to_date, 4) AS DECIMAL(18, 4)) AS VARCHAR), '[.]?0+$', ''
                    ),
                    ' = ',
                    r.v_text,
                    '; ',
                    r.v_text,
                    ' / ',
                    r.t_text, ' = ', r.actual_percent_text, ' %'
                )
        WHEN r.method IN ('fulfilment', 'level_12_months')
            THEN CONCAT(r.v_text, ' / ', r.t_text, ' = ', r.actual_percent_text, ' %')
        WHEN r.method = 'gap_and_required'
            THEN
                CONCAT(
                    r.t_text, ' - ', r.v_text, ' = ', r.gap_text,
                    CASE
                        WHEN r.rate_required IS NULL THEN ''
                        WHEN r.measure = 'growth_average'
                            THEN
                                CONCAT(
                                    '; ((1 + ', r.t_text, ' %) ^ (', r.total_text, ' / 12) / (1 + ', r.v_text,
                                    ' %) ^ (', r.gone_text, ' / 12)) ^ (12 / ', CAST(r.months_left AS VARCHAR),
                                    ') - 1 = ', r.required_text, ' %'
                                )
                        ELSE
                            CONCAT(
                                '; (', r.t_text, ' / ', r.v_text, ') ^ (12 / ', CAST(r.months_left AS VARCHAR),
                                ') - 1 = ', r.required_text, ' %'
                            )
                    END
                )
        WHEN r.method = 'geometric'
            THEN
                CONCAT(
                    r.s_text, ' * (', r.t_text, ' / ', r.s_text, ') ^ (', r.gone_text, ' / ', r.total_text, ') = ',
                    r.expected_text, '; ', r.v_text, ' / ', r.expected_text, ' = ', r.actual_percent_text, ' %'
                )
        WHEN r.measure = 'growth_average' THEN CONCAT(r.v_text, ' / ', r.t_text, ' = ', r.actual_percent_text, ' %')
        WHEN r.method = 'un_2023'
            THEN
                CONCAT(
                    r.v_text, ' * (1 + ', r.so_far_text, ' %) ^ (', CAST(COALESCE(r.months_left, 0) AS VARCHAR),
                    ' / 12) = ', r.extrapolated_text,
                    CASE
                        WHEN r.value_extrapolated > r.ceiling_value
                            THEN CONCAT(', cut at ', r.ceiling_text, ', more cannot exist')
                        ELSE ''
                    END,
                    '; (', r.capped_text, ' - ', r.s_text, ') / (', r.t_text, ' - ', r.s_text, ') = ',
                    r.actual_percent_text, ' %'
                )
        ELSE
            CONCAT(
                '(', r.v_text, ' / ', r.s_text, ') ^ (12 / ', r.gone_text, ') - 1 = ', r.so_far_text, ' %; (',
                r.t_text, ' / ', r.s_text, ') ^ (12 / ', r.total_text, ') - 1 = ', r.required_text, ' %; ',
                r.so_far_text, ' / ', r.required_text, ' = ', r.actual_percent_text, ' %'
            )
    END AS in_numbers,
    r.verdict,
    r.reason
FROM rounded AS r
CROSS JOIN parameters AS p
