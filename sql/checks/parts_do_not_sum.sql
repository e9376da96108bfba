-- check: 合计关系 | Parts sum to their whole
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 各地区之和、登记的分项之和与整体之差超出舍入，或部分之和已大于整体。核对各部分、省直与整体，或说明原因。
-- explanation en: Areas, or the parts of a declared identity, do not sum to their whole within rounding, or some of
--   them already exceed it. Check the parts, 省直 and the whole, or explain.
-- reads: set_cells
WITH sums AS (
    SELECT
        set_id,
        relation,
        at_indicator,
        at_area,
        sector_code,
        source_id,
        basis,
        price_basis,
        at_definition,
        period,
        MAX(needed) AS needed,
        SUM(CASE WHEN is_needed AND value IS NOT NULL THEN 1 ELSE 0 END) AS given,
        SUM(CASE WHEN value IS NULL THEN 1 ELSE 0 END) AS hidden,
        SUM(value) AS total,
        SUM(rounding_unit) AS rounding_unit
    FROM set_cells
    WHERE NOT is_whole
    GROUP BY
        set_id, relation, at_indicator, at_area, sector_code, source_id, basis, price_basis, at_definition,
        period
)

SELECT
    w.indicator_id,
    w.area_code,
    w.sector_code,
    w.source_id,
    w.series_id,
    w.period,
    w.released_on,
    w.locator,
    w.snapshot_sha256,
    CONCAT(
        s.set_id, ': Σ ', CAST(s.given AS VARCHAR), '/', CAST(s.needed AS VARCHAR), ' = ', CAST(s.total AS VARCHAR),
        CASE WHEN s.given < s.needed OR s.relation = 'at_most' THEN ' > ' ELSE ' ≠ ' END,
        CAST(w.value AS VARCHAR), ' ', w.unit
    ) AS said,
    s.total - w.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM set_cells AS w
INNER JOIN sums AS s
    ON
        w.set_id = s.set_id
        AND w.sector_code = s.sector_code
        AND w.source_id = s.source_id
        AND w.basis = s.basis
        AND w.price_basis = s.price_basis
        AND w.period = s.period
        AND w.at_indicator = s.at_indicator
        AND w.at_area = s.at_area
        AND w.at_definition = s.at_definition
WHERE
    w.is_whole
    AND (
        (s.total - w.value) * 2 > s.rounding_unit + w.rounding_unit
        OR (
            s.relation = 'equals'
            AND s.given = s.needed
            AND s.hidden = 0
            AND (w.value - s.total) * 2 > s.rounding_unit + w.rounding_unit
        )
    )
