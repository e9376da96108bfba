-- grain: a city's quoted series, period
-- unit: the series' unit for levels; percent and percentage points for rates
-- formula: rank among the province's cities that have a value of one definition and price basis, greatest first;
--   growth_gap = growth - the province's of the same source; share and pull from structure; rolling_12_months = this
--   year so far + last year - last year so far, of one series; net_addition since last year's end
-- reads: observations, indicators, sources, areas, growth, structure
WITH places AS (
    SELECT
        c.area_code,
        c.zh,
        COALESCE(r.parent_code, c.parent_code) AS province_code
    FROM areas AS c
    LEFT JOIN areas AS r ON c.parent_code = r.area_code AND r.level = 'region'
    WHERE c.level = 'prefecture' AND c.monitored
),

sizes AS (
    SELECT
        province_code,
        COUNT(*) AS cities
    FROM places
    GROUP BY province_code
),

preferred AS (
    SELECT
        o.*,
        i.nature,
        RANK() OVER (
            PARTITION BY
                o.indicator_id, o.area_code, o.sector_code, o.frequency, o.basis, o.price_basis, o.definition_id
            ORDER BY q.precedence, o.source_id
        ) AS preference
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN sources AS q ON o.source_id = q.source_id AND q.quoted
    WHERE o.measure = 'level' AND o.value IS NOT NULL AND o.qualifier = 'exact'
),

grown AS (
    SELECT *
    FROM growth
    WHERE comparison = 'yoy' AND COALESCE(growth_published_qualifier, 'exact') = 'exact'
),

rolling AS (
    SELECT
        n.series_id,
        n.period,
        n.value + y.value - b.value AS value
    FROM preferred AS n
    INNER JOIN preferred AS b
        ON n.series_id = b.series_id AND n.period_start = b.period_start + INTERVAL '1' YEAR
    INNER JOIN preferred AS y
        ON
            n.series_id = y.series_id
            AND EXTRACT(YEAR FROM n.period_end) = EXTRACT(YEAR FROM y.period_end) + 1
            AND EXTRACT(MONTH FROM y.period_end) = 12
    INNER JOIN grown AS g ON n.series_id = g.series_id AND n.period = g.period AND g.growth_computed IS NOT NULL
    WHERE n.nature = 'flow' AND n.basis = 'cumulative' AND n.frequency = 'M'
),

added AS (
    SELECT
        series_id,
        period,
        growth_quoted
    FROM growth
    WHERE comparison = 'net_addition' AND SUBSTRING(base_period, 5) IN ('', '-12', '-Q4', '-S2')
),

numbered AS (
    SELECT
        p.*,
        c.zh AS area_zh,
        c.province_code,
        z.cities,
        g.growth_quoted,
        g.unit AS growth_unit,
        COUNT(*) OVER peers AS cities_with_value,
        RANK() OVER (peers ORDER BY p.value DESC) AS value_rank,
        CASE
            WHEN g.growth_quoted IS NOT NULL
                THEN RANK() OVER (peers ORDER BY g.growth_quoted DESC NULLS LAST)
        END AS growth_rank
    FROM preferred AS p
    INNER JOIN places AS c ON p.area_code = c.area_code
    INNER JOIN sizes AS z ON c.province_code = z.province_code
    LEFT JOIN grown AS g ON p.series_id = g.series_id AND p.period = g.period
    WHERE p.preference = 1
    WINDOW peers AS (
        PARTITION BY
            c.province_code, p.indicator_id, p.sector_code, p.frequency, p.basis, p.price_basis, p.definition_id,
            p.period
    )
)

SELECT
    n.series_id,
    n.indicator_id,
    n.sector_code,
    n.province_code,
    n.area_code,
    n.area_zh,
    n.source_id,
    n.frequency,
    n.basis,
    n.price_basis,
    n.definition_id,
    n.period,
    n.period_end,
    n.unit,
    n.value,
    n.value_rank AS rank,
    n.cities_with_value,
    n.cities,
    CASE WHEN n.cities_with_value = b.cities_with_value THEN b.value_rank END AS rank_before,
    CASE WHEN n.cities_with_value = b.cities_with_value THEN b.value_rank - n.value_rank END AS rank_change,
    n.growth_quoted,
    n.growth_unit,
    n.growth_rank,
    w.growth_quoted AS province_growth,
    n.growth_quoted - w.growth_quoted AS growth_gap,
    s.share,
    s.share_change,
    s.pull,
    r.value AS rolling_12_months,
    a.growth_quoted AS net_addition
FROM numbered AS n
LEFT JOIN numbered AS b ON n.series_id = b.series_id AND n.period_start = b.period_start + INTERVAL '1' YEAR
LEFT JOIN preferred AS v
    ON
        n.province_code = v.area_code
        AND n.indicator_id = v.indicator_id
        AND n.sector_code = v.sector_code
        AND n.frequency = v.frequency
        AND n.basis = v.basis
        AND n.price_basis = v.price_basis
        AND n.definition_id = v.definition_id
        AND n.period = v.period
        AND n.source_id = v.source_id
LEFT JOIN grown AS w ON v.series_id = w.series_id AND v.period = w.period
LEFT JOIN structure AS s
    ON n.series_id = s.series_id AND n.period = s.period AND n.province_code = s.whole_area_code
LEFT JOIN rolling AS r ON n.series_id = r.series_id AND n.period = r.period
LEFT JOIN added AS a ON n.series_id = a.series_id AND n.period = a.period
