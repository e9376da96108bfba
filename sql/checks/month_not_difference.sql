-- check: 本月等于累计相减 | A month is the difference of its cumulative values
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 本月公布数与累计相减之差超出舍入。多为累计数修订了以前月份；不改公布数，请核对或说明。
-- explanation en: The published month and the difference of the cumulative values part by more than rounding; mostly a
--   revision of earlier months. The published month is kept; check, or explain.
-- reads: months, month_cells
SELECT
    c.indicator_id,
    c.area_code,
    c.sector_code,
    c.source_id,
    c.month_series_id AS series_id,
    c.period,
    c.month_released_on AS released_on,
    c.month_locator AS locator,
    c.month_snapshot_sha256 AS snapshot_sha256,
    CONCAT(
        '本月 ', CAST(c.month_value AS VARCHAR), ' ≠ 累计 ', CAST(c.value AS VARCHAR), ' − 上月累计 ',
        CAST(c.value_before AS VARCHAR), ' = ', CAST(m.value_by_difference AS VARCHAR), ' ', c.unit
    ) AS said,
    m.gap AS difference,
    CASE
        WHEN c.released_on <> c.released_on_before OR c.release_seq <> c.release_seq_before
            THEN '两个累计数出自不同批次的发布'
    END AS explained_zh,
    CASE
        WHEN c.released_on <> c.released_on_before OR c.release_seq <> c.release_seq_before
            THEN 'the two cumulative values come from different releases'
    END AS explained_en
FROM months AS m
INNER JOIN month_cells AS c ON m.series_id = c.series_id AND m.period = c.period
WHERE
    c.month_qualifier = 'exact'
    AND ABS(m.gap) * 2 > c.month_rounding_unit + c.rounding_unit + c.rounding_unit_before
