-- check: 本月等于累计相减 | A month is the difference of its cumulative values
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 本月公布数与累计相减之差超出舍入。多为累计数修订了以前月份；不改公布数，请核对或说明。
-- explanation en: The published month and the difference of the cumulative values part by more than rounding; mostly a
--   revision of earlier months. The published month is kept; check, or explain.
-- reads: months, observations
SELECT
    p.indicator_id,
    p.area_code,
    p.sector_code,
    p.source_id,
    p.series_id,
    p.period,
    p.released_on,
    p.locator,
    p.snapshot_sha256,
    CONCAT(
        '本月 ', CAST(p.value AS VARCHAR), ' ≠ 累计 ', CAST(t.value AS VARCHAR), ' − 上月累计 ',
        CAST(b.value AS VARCHAR), ' = ', CAST(m.value_by_difference AS VARCHAR), ' ', p.unit
    ) AS said,
    m.gap AS difference,
    CASE WHEN t.released_on <> b.released_on OR t.release_seq <> b.release_seq THEN '两个累计数出自不同批次的发布' END
        AS explained_zh,
    CASE
        WHEN t.released_on <> b.released_on OR t.release_seq <> b.release_seq
            THEN 'the two cumulative values come from different releases'
    END AS explained_en
FROM months AS m
INNER JOIN observations AS t ON m.series_id = t.series_id AND m.period = t.period
INNER JOIN observations AS b
    ON
        m.series_id = b.series_id
        AND LAST_DAY(CAST(t.period_end - INTERVAL '1' MONTH AS DATE)) = b.period_end
INNER JOIN observations AS p
    ON
        t.indicator_id = p.indicator_id
        AND t.area_code = p.area_code
        AND t.sector_code = p.sector_code
        AND t.source_id = p.source_id
        AND t.measure = p.measure
        AND t.price_basis = p.price_basis
        AND t.definition_id = p.definition_id
        AND t.period = p.period
WHERE
    p.basis = 'period'
    AND p.qualifier = 'exact'
    AND ABS(m.gap) * 2
    > p.rounding_unit + t.rounding_unit + b.rounding_unit
