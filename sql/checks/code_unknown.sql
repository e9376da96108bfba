-- check: 代码在表 | Codes are known
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 指标、地区、行业、来源、单位或定义不在参考数据中。在 data/reference 登记，或更正代码。
-- explanation en: An indicator, area, sector, source, unit or definition is not in the reference data. Enter it there,
--   or correct the code.
-- reads: observations, indicators, areas, sectors, sources, units, definitions
WITH known_sectors AS (
    SELECT DISTINCT sector_code
    FROM sectors
),

named AS (
    SELECT
        o.*,
        CASE WHEN i.indicator_id IS NULL THEN CONCAT(' indicator_id ', o.indicator_id) ELSE '' END AS no_indicator,
        CASE WHEN a.area_code IS NULL THEN CONCAT(' area_code ', o.area_code) ELSE '' END AS no_area,
        CASE
            WHEN s.sector_code IS NULL AND o.sector_code <> '_T' THEN CONCAT(' sector_code ', o.sector_code) ELSE ''
        END AS no_sector,
        CASE WHEN q.source_id IS NULL THEN CONCAT(' source_id ', o.source_id) ELSE '' END AS no_source,
        CASE WHEN u.unit IS NULL THEN CONCAT(' unit ', o.unit) ELSE '' END AS no_unit,
        CASE WHEN d.definition_id IS NULL THEN CONCAT(' definition_id ', o.definition_id) ELSE '' END AS no_definition
    FROM observations AS o
    LEFT JOIN indicators AS i ON o.indicator_id = i.indicator_id
    LEFT JOIN areas AS a ON o.area_code = a.area_code
    LEFT JOIN known_sectors AS s ON o.sector_code = s.sector_code
    LEFT JOIN sources AS q ON o.source_id = q.source_id
    LEFT JOIN units AS u ON o.unit = u.unit
    LEFT JOIN definitions AS d ON o.indicator_id = d.indicator_id AND o.definition_id = d.definition_id
)

SELECT
    indicator_id,
    area_code,
    sector_code,
    source_id,
    series_id,
    period,
    released_on,
    locator,
    snapshot_sha256,
    CONCAT('?', no_indicator, no_area, no_sector, no_source, no_unit, no_definition) AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM named
WHERE CONCAT(no_indicator, no_area, no_sector, no_source, no_unit, no_definition) <> ''
