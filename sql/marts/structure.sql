-- grain: part series, whole series, period
-- unit: percent for shares and contributions, percentage points for pulls and changes of shares
-- formula: share = part / whole; change = value - base that the quoted growth rests on; contribution = change of the
--   part / change of the whole; pull = change of the part / base of the whole; intervals from those of values and
--   bases; a published share stands beside the only usual whole: province, nation, or what the indicator is a part of
-- reads: observations, growth, indicators, sources, areas, area_members, series
WITH levels AS (
    SELECT
        o.*,
        s.family_id,
        i.part_of,
        i.additivity,
        g.base_quoted,
        CAST(o.value AS DOUBLE) AS number,
        CAST(COALESCE(o.rounding_unit, 0) AS DOUBLE) / 2 AS half_unit,
        CAST(g.base_quoted AS DOUBLE) AS base,
        CAST(g.base_quoted_low AS DOUBLE) AS base_low,
        CAST(g.base_quoted_high AS DOUBLE) AS base_high,
        CASE WHEN g.growth_published_qualifier = 'exact' THEN NULL ELSE g.reason END AS no_base
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN sources AS q ON o.source_id = q.source_id AND q.quoted
    INNER JOIN growth AS g ON o.series_id = g.series_id AND o.period = g.period AND g.comparison = 'yoy'
    WHERE o.measure = 'level' AND i.nature <> 'rate' AND o.value IS NOT NULL AND o.qualifier = 'exact'
),

inside AS (
    SELECT
        a.area_code,
        a.parent_code AS whole_code,
        w.level <> 'region' AS usual
    FROM areas AS a
    INNER JOIN areas AS w ON a.parent_code = w.area_code
    UNION
    SELECT
        a.area_code,
        b.parent_code AS whole_code,
        TRUE AS usual
    FROM areas AS a
    INNER JOIN areas AS b ON a.parent_code = b.area_code AND b.level = 'region'
    WHERE b.parent_code IS NOT NULL
    UNION
    SELECT
        member_code AS area_code,
        area_code AS whole_code,
        FALSE AS usual
    FROM area_members
),

pairs AS (
    SELECT
        p.series_id,
        w.series_id AS whole_series_id,
        p.period,
        a.usual
    FROM levels AS p
    INNER JOIN inside AS a ON p.area_code = a.area_code
    INNER JOIN levels AS w
        ON
            a.whole_code = w.area_code
            AND p.indicator_id = w.indicator_id
            AND p.sector_code = w.sector_code
            AND p.source_id = w.source_id
            AND p.frequency = w.frequency
            AND p.basis = w.basis
            AND p.price_basis = w.price_basis
            AND p.definition_id = w.definition_id
            AND p.period = w.period
    WHERE p.additivity <> 'not_additive'
    UNION
    SELECT
        p.series_id,
        w.series_id AS whole_series_id,
        p.period,
        TRUE AS usual
    FROM levels AS p
    INNER JOIN levels AS w
        ON
            p.part_of = w.indicator_id
            AND p.area_code = w.area_code
            AND p.sector_code = w.sector_code
            AND p.source_id = w.source_id
            AND p.frequency = w.frequency
            AND p.basis = w.basis
            AND p.price_basis = w.price_basis
            AND p.period = w.period
),

changes AS (
    SELECT
        p.*,
        x.usual AND SUM(CASE WHEN x.usual THEN 1 ELSE 0 END) OVER (PARTITION BY x.series_id, x.period) = 1
            AS only_usual_whole,
        w.series_id AS whole_series_id,
        w.indicator_id AS whole_indicator_id,
        w.area_code AS whole_area_code,
        w.value AS whole_value,
        w.number AS whole_number,
        w.half_unit AS whole_half_unit,
        w.base_quoted AS whole_base_quoted,
        w.base AS whole_base,
        w.base_low AS whole_base_low,
        w.base_high AS whole_base_high,
        p.number - p.base AS change,
        p.number - p.half_unit - p.base_high AS change_low,
        p.number + p.half_unit - p.base_low AS change_high,
        w.number - w.base AS whole_change,
        w.number - w.half_unit - w.base_high AS whole_change_low,
        w.number + w.half_unit - w.base_low AS whole_change_high,
        CASE
            WHEN p.base IS NULL THEN COALESCE(p.no_base, 'NO_BASE')
            WHEN w.base IS NULL THEN COALESCE(w.no_base, 'NO_BASE')
            WHEN w.base_low <= 0 THEN 'ZERO_BASE'
            WHEN w.number - w.half_unit - w.base_high <= 0 AND w.number + w.half_unit - w.base_low >= 0
                THEN 'NO_CHANGE'
        END AS reason
    FROM pairs AS x
    INNER JOIN levels AS p ON x.series_id = p.series_id AND x.period = p.period
    INNER JOIN levels AS w ON x.whole_series_id = w.series_id AND x.period = w.period
),

said AS (
    SELECT
        s.family_id,
        o.price_basis,
        o.definition_id,
        o.period,
        MAX(CASE WHEN o.measure = 'share' THEN o.value END) AS share,
        MAX(CASE WHEN o.measure = 'contribution' THEN o.value END) AS contribution,
        MAX(CASE WHEN o.measure = 'pull' THEN o.value END) AS pull
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    WHERE o.measure IN ('share', 'contribution', 'pull') AND o.value IS NOT NULL
    GROUP BY s.family_id, o.price_basis, o.definition_id, o.period
)

SELECT
    c.series_id,
    c.indicator_id,
    c.area_code,
    c.sector_code,
    c.source_id,
    c.frequency,
    c.basis,
    c.price_basis,
    c.whole_series_id,
    c.whole_indicator_id,
    c.whole_area_code,
    c.period,
    c.period_end,
    c.unit,
    c.value,
    c.whole_value,
    CASE WHEN c.whole_number > 0 THEN CAST(ROUND(c.number / c.whole_number * 100, 6) AS DECIMAL(18, 6)) END AS share,
    CASE
        WHEN c.whole_number > c.whole_half_unit
            THEN CAST(ROUND((c.number - c.half_unit) / (c.whole_number + c.whole_half_unit) * 100, 6) AS DECIMAL(18, 6))
    END AS share_low,
    CASE
        WHEN c.whole_number > c.whole_half_unit
            THEN CAST(ROUND((c.number + c.half_unit) / (c.whole_number - c.whole_half_unit) * 100, 6) AS DECIMAL(18, 6))
    END AS share_high,
    CAST(s.share AS DECIMAL(18, 6)) AS share_published,
    c.base_quoted AS base,
    c.whole_base_quoted AS whole_base,
    CASE
        WHEN c.whole_number > 0 AND c.whole_base > 0
            THEN CAST(ROUND((c.number / c.whole_number - c.base / c.whole_base) * 100, 6) AS DECIMAL(18, 6))
    END AS share_change,
    CASE WHEN c.reason IS NULL THEN CAST(ROUND(c.change / c.whole_change * 100, 6) AS DECIMAL(18, 6)) END
        AS contribution,
    CASE
        WHEN c.reason IS NULL
            THEN
                CAST(
                    ROUND(
                        LEAST(
                            c.change_low / c.whole_change_low, c.change_low / c.whole_change_high,
                            c.change_high / c.whole_change_low, c.change_high / c.whole_change_high
                        ) * 100, 6
                    ) AS DECIMAL(18, 6)
                )
    END AS contribution_low,
    CASE
        WHEN c.reason IS NULL
            THEN
                CAST(
                    ROUND(
                        GREATEST(
                            c.change_low / c.whole_change_low, c.change_low / c.whole_change_high,
                            c.change_high / c.whole_change_low, c.change_high / c.whole_change_high
                        ) * 100, 6
                    ) AS DECIMAL(18, 6)
                )
    END AS contribution_high,
    CAST(s.contribution AS DECIMAL(18, 6)) AS contribution_published,
    CASE WHEN c.whole_base_low > 0 THEN CAST(ROUND(c.change / c.whole_base * 100, 6) AS DECIMAL(18, 6)) END AS pull,
    CASE
        WHEN c.whole_base_low > 0
            THEN
                CAST(
                    ROUND(LEAST(c.change_low / c.whole_base_low, c.change_low / c.whole_base_high) * 100, 6)
                    AS DECIMAL(18, 6)
                )
    END AS pull_low,
    CASE
        WHEN c.whole_base_low > 0
            THEN
                CAST(
                    ROUND(GREATEST(c.change_high / c.whole_base_low, c.change_high / c.whole_base_high) * 100, 6)
                    AS DECIMAL(18, 6)
                )
    END AS pull_high,
    CAST(s.pull AS DECIMAL(18, 6)) AS pull_published,
    c.reason
FROM changes AS c
LEFT JOIN said AS s
    ON
        c.family_id = s.family_id
        AND c.price_basis = s.price_basis
        AND c.definition_id = s.definition_id
        AND c.period = s.period
        AND c.only_usual_whole
