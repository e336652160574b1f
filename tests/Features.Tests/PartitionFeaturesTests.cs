using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class PartitionFeaturesTests
{
    static readonly FeatureOptions s_short = new() { HistoryLength = 16 };
    static readonly Gen<long> s_time = Gen.Long[-1_000_000_000_000_000, 4_000_000_000_000_000];
    static readonly int[] s_stepMinutes = [1, 15, 60, 360, 1_440];

    [Fact]
    public void Every_numeric_feature_equals_its_naive_recomputation_over_the_raw_history() =>
        RandomStream.Logs.Sample(log => EqualsTwin(log, s_short), iter: 1_000);

    [Fact]
    public void Features_equal_their_naive_recomputation_whatever_the_options() =>
        Gen.Select(RandomStream.Logs, Gen.Int[4, 8], Gen.Int[0, 4], Gen.Int[1, 20])
            .Select((log, bits, step, idle) => (log, new FeatureOptions
            {
                HistoryLength = 1 << bits,
                StepLength = TimeSpan.FromMinutes(s_stepMinutes[step]),
                CardIdleAge = TimeSpan.FromDays(idle),
            }))
            .Sample(EqualsTwin, iter: 300);

    [Fact]
    public void No_value_is_ever_infinite_or_not_a_number() => RandomStream.Logs.Sample(log =>
    {
        Replay(log, s_short, (vector, _) => Assert.All(vector?.Numeric ?? [], value => Assert.True(double.IsFinite(value))));
    }, iter: 300);

    [Fact]
    public void Sums_stay_exact_at_the_largest_amounts()
    {
        var features = new PartitionFeatures(new(new()), new());
        FeatureVector vector = null!;
        for (int i = 0; i < 300; i++) vector = features.Next(RandomStream.Payment($"t{i}", "c", "m", long.MaxValue, new(i)), new(i))!;
        Assert.Equal(256.0 * FeatureList.LargestAmount, Value(vector, "amount_sum_100ms_by_card"));
        Assert.Equal(1, Value(vector, "amount_ratio"));
        Assert.Equal(0, Value(vector, "amount_zscore_by_card"));
    }

    [Fact]
    public void Time_delta_keeps_every_microsecond()
    {
        var features = new PartitionFeatures(new(new()), new());
        features.Next(RandomStream.Payment("a", "c", "m", 1, new(1_800_000_000_000_000)), default);
        var vector = features.Next(RandomStream.Payment("b", "c", "m", 1, new(1_800_000_000_000_001)), default)!;
        Assert.Equal(0.000001, Value(vector, "time_delta"));
    }

    [Fact]
    public void A_transaction_does_not_see_itself()
    {
        var vector = new PartitionFeatures(new(new()), new()).Next(RandomStream.Payment("a", "c", "m", 500, new(0)), new(0))!;
        Assert.Equal(0, Value(vector, "transaction_count_30d_by_card"));
        Assert.Equal(0, Value(vector, "amount_sum_30d_by_card"));
        Assert.Equal(1, Value(vector, "merchant_is_new_by_card"));
    }

    [Fact]
    public void A_late_transaction_counts_as_of_the_cards_latest_time()
    {
        var features = new PartitionFeatures(new(new()), new());
        features.Next(RandomStream.Payment("a", "c", "m", 1, new(9_000_000)), default);
        var vector = features.Next(RandomStream.Payment("b", "c", "m", 1, new(5_000_000)), default)!;
        Assert.Equal(0, Value(vector, "time_delta"));
        Assert.Equal(9_000_000, vector.EventTimeMicroseconds);
        Assert.Equal(1, features.LateTransactions);
    }

    [Fact]
    public void A_history_is_a_function_of_its_newest_transactions_alone() => RandomStream.Logs.Sample(log =>
    {
        var payments = log.Where(record => record.Transaction is not null)
            .Select((record, i) => record.Transaction!.Value with { CardToken = Utf8Text.From("c"), TransactionId = Utf8Text.From($"t{i}") })
            .OrderBy(payment => payment.EventTime).ToArray();
        var whole = new PartitionFeatures(new(s_short), s_short);
        var rebuilt = new PartitionFeatures(new(s_short), s_short);
        foreach (var payment in payments) whole.Next(payment, default);
        foreach (var payment in payments.TakeLast(s_short.HistoryLength)) rebuilt.Next(payment, default);
        var next = RandomStream.Payment("next", "c", "m0", 77, payments[^1].EventTime);
        Assert.Equal(whole.Next(next, default)!.Numeric, rebuilt.Next(next, default)!.Numeric);
    }, iter: 300);

    [Fact]
    public void Nothing_is_allocated_once_histories_have_grown()
    {
        var facts = new SharedFacts(new());
        var features = new PartitionFeatures(facts, new());
        var payments = Enumerable.Range(0, 1_024).Select(i => RandomStream.Payment($"t{i}", $"c{i % 4}", $"m{i % 9}", i * 100, default)).ToArray();
        foreach (var payment in payments) facts.Add(RandomStream.LabelOf(payment, LabelValue.Fraud, default).Label!.Value, default);
        for (int i = 0; i < 5_000; i++) Next(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 5_000; i < 15_000; i++) Next(i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Next(int i)
        {
            var time = new Instant(i * 40_000_000L);
            features.Next(payments[i % payments.Length] with { EventTime = time }, time);
        }
    }

    [Fact]
    public void Categoricals_are_below_their_cardinality() =>
        Gen.Select(Gen.UShort[0, 9_999], Gen.Char['A', 'Z'], Gen.Char['A', 'Z'], s_time, Gen.Enum<EntryMode>())
            .Sample((mcc, first, second, time, mode) =>
            {
                var payment = RandomStream.Payment("t", "c", "m", 1, new(time)) with
                {
                    Mcc = mcc,
                    MerchantCountry = new(((uint)first << 8) | second),
                    EntryMode = mode,
                };
                var vector = new PartitionFeatures(new(s_short), s_short).Next(payment, default)!;
                for (int i = 0; i < vector.Categorical.Length; i++) Assert.InRange(vector.Categorical[i], 0, FeatureList.Categorical[i].Cardinality - 1);
                Assert.Equal(1 + ((first - 'A') * 26) + (second - 'A'), vector.Categorical[1]);
                var date = new Instant(time).ToDateTimeOffset();
                Assert.Equal((((int)date.DayOfWeek + 6) % 7 * 24) + date.Hour, vector.Categorical[3]);
            });

    internal static double Value(FeatureVector vector, string name) => vector.Numeric[FeatureList.IndexOf(name)];

    static void Replay(RandomStream.Record[] log, FeatureOptions options, Action<FeatureVector?, RandomStream.Record> check)
    {
        var facts = new SharedFacts(options);
        var features = new PartitionFeatures(facts, options);
        foreach (var record in log)
        {
            if (record.Label is Label label) facts.Add(label, record.Stamp);
            else
            {
                check(features.Next(record.Transaction!.Value, record.Stamp), record);
                foreach (var activity in features.TakeClosed(partition: 0)) facts.Add(activity, record.Stamp);
            }
        }
    }

    static void EqualsTwin(RandomStream.Record[] log, FeatureOptions options)
    {
        var twin = new NaiveFeatures(options);
        foreach (var record in log.Where(record => record.Label is not null)) twin.Add(record.Label!.Value, record.Stamp);
        Replay(log, options, (vector, record) =>
        {
            var expected = twin.Next(record.Transaction!.Value, record.Stamp);
            Assert.Equal(expected is null, vector is null);
            if (vector is null || expected is null) return;
            Assert.Equal(FeatureList.Numeric.Select(feature => feature.Name).Order(), expected.Keys.Order());
            for (int i = 0; i < vector.Numeric.Length; i++)
            {
                string name = FeatureList.Numeric[i].Name;
                if (name.Contains("entropy", StringComparison.Ordinal)) Assert.Equal(expected[name], vector.Numeric[i], 1e-8);
                else if (name == "travel_speed_by_card") Assert.Equal(expected[name], vector.Numeric[i], 1e-9 * expected[name]);
                else Assert.True(expected[name].Equals(vector.Numeric[i]), $"{name}: expected {expected[name]:R}, found {vector.Numeric[i]:R}");
            }
        });
    }
}
