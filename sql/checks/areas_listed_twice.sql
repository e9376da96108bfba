-- check: 分省表另列城市 | A table of provinces lists cities beside them
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 同一张表列有全国、广东和广东的个别城市（副省级市、计划单列市）：城市已在省内，各行相加会重复计算。
-- explanation en: One table lists the nation, Guangdong and some of its cities (sub-provincial ones, listed apart): the
--   cities are inside their province, and a sum over the rows counts them twice.
-- reads: observations, areas
WITH listed AS (
    SELECT
        o.*,
        a.level,
        COALESCE(r.parent_code, a.parent_code) AS province_code
    FROM observations AS o
    INNER JOIN areas AS a ON o.area_code = a.area_code
    LEFT JOIN areas AS r ON a.parent_code = r.area_code AND r.level = 'region'
    WHERE o.measure = 'level' AND a.level IN ('nation', 'province', 'prefecture')
),

provinces AS (
    SELECT
        r.parent_code AS province_code,
        COUNT(*) AS cities
    FROM areas AS a
    INNER JOIN areas AS r ON a.parent_code = r.area_code AND r.level = 'region'
    WHERE a.level = 'prefecture'
    GROUP BY r.parent_code
),

cities AS (
    SELECT
        snapshot_sha256,
        indicator_id,
        sector_code,
        source_id,
        basis,
        price_basis,
        definition_id,
        period,
        province_code,
        COUNT(*) AS given,
        SUM(value) AS total,
        MIN(area_code) AS first_city
    FROM listed
    WHERE level = 'prefecture'
    GROUP BY
        snapshot_sha256, indicator_id, sector_code, source_id, basis, price_basis, definition_id, period,
        province_code
)

SELECT
    f.indicator_id,
    f.area_code,
    f.sector_code,
    f.source_id,
    f.series_id,
    f.period,
    f.released_on,
    f.locator,
    f.snapshot_sha256,
    CONCAT(
        p.area_code, ' ', CAST(p.value AS VARCHAR), ' ⊇ ', CAST(c.given AS VARCHAR), ' × 市 ', CAST(c.total AS VARCHAR),
        ' ', f.unit
    ) AS said,
    c.total AS difference,
    '城市在省内，不另加' AS explained_zh,
    'the cities are part of their province and are not added to it' AS explained_en
FROM cities AS c
INNER JOIN provinces AS n ON c.province_code = n.province_code AND c.given < n.cities
INNER JOIN listed AS f
    ON
        c.snapshot_sha256 = f.snapshot_sha256
        AND c.indicator_id = f.indicator_id
        AND c.sector_code = f.sector_code
        AND c.source_id = f.source_id
        AND c.basis = f.basis
        AND c.price_basis = f.price_basis
        AND c.definition_id = f.definition_id
        AND c.period = f.period
        AND c.first_city = f.area_code
INNER JOIN listed AS p
    ON
        c.snapshot_sha256 = p.snapshot_sha256
        AND c.indicator_id = p.indicator_id
        AND c.sector_code = p.sector_code
        AND c.source_id = p.source_id
        AND c.basis = p.basis
        AND c.price_basis = p.price_basis
        AND c.definition_id = p.definition_id
        AND c.period = p.period
        AND c.province_code = p.area_code
INNER JOIN listed AS w
    ON
        c.snapshot_sha256 = w.snapshot_sha256
        AND c.indicator_id = w.indicator_id
        AND c.sector_code = w.sector_code
        AND c.source_id = w.source_id
        AND c.basis = w.basis
        AND c.price_basis = w.price_basis
        AND c.definition_id = w.definition_id
        AND c.period = w.period
        AND w.level = 'nation'
