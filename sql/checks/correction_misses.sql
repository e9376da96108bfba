-- check: 更正对得上 | A correction finds the value that it expects
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 一条生效的更正没有对上公布值：该次发布中没有这个值，或公布值已不是 expect 所写（发布机构已改正，或文件已换）。
--   核对原文，在 data/reference/corrections 中把它撤销（status: withdrawn）或改正。
-- explanation en: A confirmed correction binds to no value, or the value is no longer what expect says, because the
--   publisher put it right or the file was replaced. Compare with the publication, then withdraw the correction in
--   data/reference/corrections (status withdrawn) or write it anew.
-- reads: corrections, series, readings, versions
WITH places AS (
    SELECT
        c.correction_id,
        r.series_id,
        r.value,
        r.value_text,
        r.unit_published,
        r.locator,
        r.snapshot_sha256,
        ROW_NUMBER() OVER (PARTITION BY c.correction_id, r.series_id ORDER BY r.release_seq DESC) AS newest_first
    FROM corrections AS c
    INNER JOIN series AS s
        ON
            c.source_id = s.source_id
            AND c.indicator_id = s.indicator_id
            AND c.area_code = s.area_code
            AND c.sector_code = s.sector_code
            AND c.frequency = s.frequency
            AND c.basis = s.basis
            AND c.measure = s.measure
            AND COALESCE(c.price_basis, s.price_basis) = s.price_basis
            AND c.definition_id = s.definition_id
    INNER JOIN readings AS r
        ON s.series_id = r.series_id AND c.period = r.period AND c.released_on = r.released_on
),

taken AS (
    SELECT
        correction_id,
        COUNT(*) AS versions_made
    FROM versions
    WHERE correction_id IS NOT NULL
    GROUP BY correction_id
)

SELECT
    c.indicator_id,
    c.area_code,
    c.sector_code,
    c.source_id,
    p.series_id,
    c.period,
    c.released_on,
    COALESCE(p.locator, c.correction_id) AS locator,
    p.snapshot_sha256,
    CONCAT(
        c.correction_id, ': expect ', COALESCE(CAST(c.expect AS VARCHAR), '—'), ' ', c.unit, ', ',
        CASE
            WHEN p.series_id IS NULL THEN '没有此值 binds to no value'
            WHEN t.versions_made > 1 THEN '对上多个值，请写明 price_basis binds to several values, name price_basis'
            ELSE
                CONCAT(
                    '现为 found ',
                    COALESCE(CAST(p.value AS VARCHAR), '—'),
                    ' (',
                    COALESCE(p.value_text, ''),
                    ' ',
                    COALESCE(p.unit_published, ''),
                    ')'
                )
        END,
        ' → 撤销或改正 withdraw or renew it: data/reference/corrections'
    ) AS said,
    p.value - c.expect AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM corrections AS c
LEFT JOIN places AS p ON c.correction_id = p.correction_id AND p.newest_first = 1
LEFT JOIN taken AS t ON c.correction_id = t.correction_id
WHERE c.status = 'confirmed' AND COALESCE(t.versions_made, 0) <> 1
