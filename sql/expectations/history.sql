-- grain: series, period; every value that has enough earlier values beside it
-- unit: that of the column judged
-- formula: [lower, upper] = mean ± deviations × standard deviation of the earlier values of the series, or
--   exp(mean ± deviations × standard deviation) of their logarithms; a series that never moved has no band
-- reads: judged, asked
WITH measured AS (
    SELECT
        j.series_id,
        j.period,
        j.period_end,
        j.judged AS value,
        a.deviations,
        a.earlier,
        a.logarithm,
        CASE WHEN a.logarithm THEN LN(CASE WHEN j.judged > 0 THEN j.judged END) ELSE j.judged END AS learned
    FROM judged AS j
    CROSS JOIN asked AS a
    WHERE j.judged IS NOT NULL
),

banded AS (
    SELECT
        *,
        COUNT(learned) OVER before AS n,
        AVG(learned) OVER before AS middle,
        STDDEV_SAMP(learned) OVER before * deviations AS half
    FROM measured
    WINDOW before AS (PARTITION BY series_id ORDER BY period_end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

bounded AS (
    SELECT
        *,
        CASE WHEN logarithm THEN EXP(middle - half) ELSE middle - half END AS lower,
        CASE WHEN logarithm THEN EXP(middle + half) ELSE middle + half END AS upper
    FROM banded
    WHERE n >= earlier AND half > 0
)

SELECT
    series_id,
    period,
    value,
    lower,
    upper,
    CAST(value - LEAST(GREATEST(value, lower), upper) AS DECIMAL(18, 4)) AS difference,
    CONCAT(
        CAST(value AS DECIMAL(18, 4)), ' ∉ [', CAST(lower AS DECIMAL(18, 2)), ', ', CAST(upper AS DECIMAL(18, 2)),
        '], n = ', n
    ) AS said
FROM bounded
