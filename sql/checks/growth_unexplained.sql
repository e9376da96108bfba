-- check: 公布增速与计算增速 | Published growth agrees with computed growth
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 公布增速与按公布水平计算的增速不一致（舍入区间不相交），且无已声明的事实。多因基数修订或可比口径；引用公布增速，请核实原因。
-- explanation en: The published rate and the one computed from published levels differ by more than rounding, and no
--   declared fact says why; mostly a revised base or a comparable scope. The published rate is quoted; find out why.
-- reads: growth, series, observations
SELECT
    g.indicator_id,
    g.area_code,
    g.sector_code,
    g.source_id,
    p.series_id,
    p.period,
    p.released_on,
    p.locator,
    p.snapshot_sha256,
    CONCAT(
        '公布 ', CAST(p.value AS VARCHAR), ' ≠ ', CAST(g.value AS VARCHAR), ' ÷ ', CAST(g.base_value AS VARCHAR), ' → ',
        CAST(CAST(COALESCE(g.growth_computed, g.growth_chained) AS DECIMAL(18, 2)) AS VARCHAR), ' ', g.unit
    ) AS said,
    g.growth_published - COALESCE(g.growth_computed, g.growth_chained) AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM growth AS g
INNER JOIN series AS s ON g.series_id = s.series_id
INNER JOIN series AS r
    ON
        s.family_id = r.family_id
        AND s.price_basis = r.price_basis
        AND s.definition_id = r.definition_id
        AND CASE g.comparison
            WHEN 'two_year_average' THEN 'growth_two_year'
            WHEN 'plan_average' THEN 'growth_average'
            ELSE CASE g.unit WHEN '%' THEN 'growth_yoy' ELSE 'change_pp' END
        END = r.measure
INNER JOIN observations AS p ON r.series_id = p.series_id AND g.period = p.period
WHERE g.agreement = 'UNEXPLAINED' AND g.comparison <> 'net_addition'
