-- check: 小数点遗漏 | Rates keep their decimals
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 比率或增速写成整数，约为相邻两期的十倍，而相邻两期都有小数：可能遗漏小数点（7.3写成73）。核对原文。
-- explanation en: A rate without decimals, about ten times its two neighbours, which have decimals: a point may be lost
--   (7.3 as 73). Compare with the publication.
-- reads: neighbours
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
    CONCAT(
        CAST(value AS VARCHAR), ' ≈ 10 × ', CAST(value_one AS VARCHAR), ' (', period_one, '), ',
        CAST(value_other AS VARCHAR), ' (', period_other, ') ', unit
    ) AS said,
    value - value_one AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM neighbours
WHERE
    (nature = 'rate' OR measure <> 'level')
    AND measure NOT IN ('net_addition', 'base_comparable')
    AND rounding_unit >= 1
    AND rounding_unit_one < 1
    AND rounding_unit_other < 1
    AND pace / pace_one BETWEEN 5 AND 20
    AND pace / pace_other BETWEEN 5 AND 20
