-- check: 分省表另列城市 | A table of provinces lists cities beside them
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 同一张表列有全国、广东和广东的个别城市（副省级市、计划单列市）：城市已在省内，各行相加会重复计算。
-- explanation en: One table lists the nation, Guangdong and some of its cities (sub-provincial ones, listed apart): the
--   cities are inside their province, and a sum over the rows counts them twice.
-- reads: observations, areas
WITH cities AS (
    SELECT
        c.area_code,
        p.area_code AS province_code,
        p.parent_code AS nation_code,
        COUNT(*) OVER (PARTITION BY p.area_code) AS cities
    FROM areas AS c
    INNER JOIN areas AS r ON c.parent_code = r.area_code
    INNER JOIN areas AS p ON r.parent_code = p.area_code
),

listed AS (
    SELECT
        *,
        CONCAT_WS(
            ' ', snapshot_sha256, indicator_id, sector_code, source_id, basis, price_basis, definition_id, period
        ) AS table_id
    FROM observations
    WHERE measure = 'level'
),

given AS (
    SELECT
        l.table_id,
        c.province_code,
        c.nation_code,
        COUNT(*) AS given,
        SUM(l.value) AS total,
        MIN(l.area_code) AS first_city
    FROM listed AS l
    INNER JOIN cities AS c ON l.area_code = c.area_code
    GROUP BY l.table_id, c.province_code, c.nation_code, c.cities
    HAVING COUNT(*) < c.cities
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
        p.area_code, ' ', CAST(p.value AS VARCHAR), ' ⊇ ', CAST(g.given AS VARCHAR), ' × 市 ', CAST(g.total AS VARCHAR),
        ' ', f.unit
    ) AS said,
    g.total AS difference,
    '城市在省内，不另加' AS explained_zh,
    'the cities are part of their province and are not added to it' AS explained_en
FROM given AS g
INNER JOIN listed AS f ON g.table_id = f.table_id AND g.first_city = f.area_code
INNER JOIN listed AS p ON g.table_id = p.table_id AND g.province_code = p.area_code
INNER JOIN listed AS w ON g.table_id = w.table_id AND g.nation_code = w.area_code
