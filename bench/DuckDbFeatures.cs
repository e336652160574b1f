using System.Globalization;
using DuckDB.NET.Data;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// The card's features as window functions of DuckDB, one thread, in memory: the peer of <see cref="FeaturesBench"/>. Of the list it leaves out what a window
/// function does not say (runs of small amounts, counts over three medians, hour-of-week surprise, speed of travel) and the merchants' shared facts. Its
/// meaning is Vigil's where a card has at most 256 transactions, no two of them at one time, and none late: a range has no ring, and takes transactions of one
/// time for one another's peers.
/// </summary>
sealed class DuckDbFeatures : IDisposable
{
    const long MicrosecondsPerSecond = 1_000_000;

    readonly DuckDBConnection _connection = new("DataSource=:memory:");

    internal DuckDbFeatures()
    {
        _connection.Open();
        Execute("SET threads = 1");
        Execute("""
            CREATE TABLE payment (number BIGINT, card UBIGINT, time BIGINT, amount BIGINT, merchant UBIGINT, mcc SMALLINT, country UINTEGER,
                entry_mode TINYINT, declined BOOLEAN, device UBIGINT)
            """);
    }

    /// <summary>Each feature that it computes, by its name in <see cref="FeatureList"/>.</summary>
    internal static IReadOnlyDictionary<string, string> Expressions { get; } = All().ToDictionary(pair => pair.Name, pair => pair.Sql);

    internal void Load(IEnumerable<Transaction> payments)
    {
        using var appender = _connection.CreateAppender("payment");
        long number = 0;
        foreach (Transaction payment in payments)
        {
            var row = appender.CreateRow()
                .AppendValue(number++).AppendValue(payment.CardToken.Hash64()).AppendValue(payment.EventTime.Microseconds).AppendValue(payment.Amount)
                .AppendValue(payment.MerchantId.Hash64()).AppendValue((short)payment.Mcc).AppendValue(payment.MerchantCountry.Packed)
                .AppendValue((sbyte)payment.EntryMode).AppendValue(payment.Response == Response.Declined);
            (payment.DeviceId.IsEmpty ? row.AppendNullValue() : row.AppendValue(payment.DeviceId.Hash64())).EndRow();
        }
    }

    /// <summary>Computes every feature of every transaction into a table.</summary>
    internal void Compute() => Execute($"""
        CREATE OR REPLACE TABLE feature AS SELECT number, {string.Join(",\n", Expressions.Select(pair => $"{pair.Value} AS \"{pair.Key}\""))}
        FROM payment WINDOW
        card AS (PARTITION BY card ORDER BY time),
        history AS (PARTITION BY card ORDER BY time ROWS BETWEEN 256 PRECEDING AND 1 PRECEDING),
        at_merchant AS (PARTITION BY card, merchant ORDER BY time),
        at_country AS (PARTITION BY card, country ORDER BY time),
        at_device AS (PARTITION BY card, device ORDER BY time),
        {string.Join(",\n", FeatureList.CardWindows.Select(window => $"last_{window.Name} AS (PARTITION BY card ORDER BY time {Range(window)})"))}
        """);

    /// <summary>The values, a row a transaction in the order in which they were loaded, in the order of <see cref="Expressions"/>.</summary>
    internal IEnumerable<double[]> Read()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", Expressions.Keys.Select(name => $"\"{name}\"::DOUBLE"))} FROM feature ORDER BY number";
        using var reader = command.ExecuteReader();
        double[] values = new double[reader.FieldCount];
        while (reader.Read())
        {
            for (int i = 0; i < values.Length; i++) values[i] = reader.GetDouble(i);
            yield return values;
        }
    }

    public void Dispose() => _connection.Dispose();

    static IEnumerable<(string Name, string Sql)> All()
    {
        yield return ("time_delta", "coalesce((time - lag(time) OVER card) / 1e6, 0)");
        yield return ("amount_ratio", "if(count(*) OVER history = 0, 1, amount / greatest(avg(amount) OVER history, 1))");
        yield return ("merchant_entropy", "coalesce(entropy(merchant) OVER history, 0)");
        yield return ("mcc_entropy_by_card", "coalesce(entropy(mcc) OVER history, 0)");
        yield return ("amount", "amount");
        yield return ("amount_zscore_by_card", "coalesce((amount - avg(amount) OVER history) / greatest(stddev_pop(amount) OVER history, 1), 0)");
        yield return ("transaction_count_by_card", "count(*) OVER history");
        foreach (Window window in FeatureList.CardWindows)
        {
            string last = $"OVER last_{window.Name}";
            yield return ($"transaction_count_{window.Name}_by_card", $"count(*) {last}");
            yield return ($"amount_sum_{window.Name}_by_card", $"coalesce(sum(amount) {last}, 0)");
            yield return ($"merchant_distinct_count_{window.Name}_by_card", $"count(DISTINCT merchant) {last}");
            yield return ($"country_distinct_count_{window.Name}_by_card", $"count(DISTINCT country) {last}");
            yield return ($"entry_mode_distinct_count_{window.Name}_by_card", $"count(DISTINCT entry_mode) {last}");
            yield return ($"declined_count_{window.Name}_by_card", $"count(*) FILTER (declined) {last}");
        }
        yield return ("amount_over_median_30d_by_card", "if(count(*) OVER last_30d = 0, 1, amount / greatest(median(amount) OVER last_30d, 1))");
        yield return ("amount_max_over_median_7d_by_card", "coalesce(max(amount) OVER last_7d / greatest(median(amount) OVER last_30d, 1), 0)");
        yield return ("amount_max_over_median_14d_by_card", "coalesce(max(amount) OVER last_14d / greatest(median(amount) OVER last_30d, 1), 0)");
        yield return ("merchant_is_new_by_card", "(row_number() OVER at_merchant = 1)::INTEGER");
        yield return ("country_is_new_by_card", "(row_number() OVER at_country = 1)::INTEGER");
        yield return ("device_is_new_by_card", "(device IS NOT NULL AND row_number() OVER at_device = 1)::INTEGER");
        string never = ((long)FeatureList.LongestTime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        yield return ("merchant_time_since_last_by_card", $"least(coalesce((time - lag(time) OVER at_merchant) / 1e6, {never}), {never})");
    }

    /// <summary>Times earlier than this one's and later than this one's less the window.</summary>
    static string Range(Window window) => string.Create(
        CultureInfo.InvariantCulture, $"RANGE BETWEEN {(long)(window.Length.TotalSeconds * MicrosecondsPerSecond) - 1} PRECEDING AND 1 PRECEDING");

    void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
