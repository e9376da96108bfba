-- grain: source, release
-- unit: rows that the release gives, those that repeat earlier values among them
-- formula: lower is the number asked for, or the part asked for of the release before where that is more
-- reads: judged, asked
WITH counted AS (
    SELECT
        source_id,
        released_on,
        COUNT(*) AS n
    FROM judged
    GROUP BY source_id, released_on
),

bounded AS (
    SELECT
        c.source_id,
        c.released_on,
        c.n,
        GREATEST(
            a.at_least, COALESCE(a.of_before * LAG(c.n) OVER (PARTITION BY c.source_id ORDER BY c.released_on), 0)
        ) AS lower,
        COALESCE(a.at_most, 1000000000) AS upper
    FROM counted AS c
    CROSS JOIN asked AS a
)

SELECT
    source_id,
    released_on,
    CAST(n AS DOUBLE) AS n,
    CAST(lower AS DOUBLE) AS lower,
    CAST(upper AS DOUBLE) AS upper,
    CONCAT(released_on, ': n = ', n, ' ∉ [', CAST(CEIL(lower) AS BIGINT), ', ', CAST(upper AS BIGINT), ']') AS said
FROM bounded
