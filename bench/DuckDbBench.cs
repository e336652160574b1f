using System.Diagnostics;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// The same transactions through <see cref="PartitionFeatures"/> and <see cref="DuckDbFeatures"/>, one thread each, in memory: 500 cards with some 150
/// transactions over two months, a fifth of them in bursts 0.2 s apart. Vigil computes its whole list, DuckDB the features that it can say; the values of
/// those are compared.
/// </summary>
static class DuckDbBench
{
    const int Cards = 500;
    const int Count = 75_000;
    const int Runs = 3;
    const long BetweenBursts = 90_000_000;
    const long WithinBurst = 200_000;
    const double Tolerance = 1e-9;

    internal static IReadOnlyList<Figure> Run()
    {
        Transaction[] payments = Payments();
        var (times, peerTimes) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (int run = 0; run < Runs; run++)
        {
            var features = new PartitionFeatures(new(new()), new());
            times.Add(Timed(() => { foreach (Transaction payment in payments) features.Next(payment, payment.EventTime); }));
        }
        using var peer = new DuckDbFeatures();
        peer.Load(payments);
        for (int run = 0; run < Runs; run++) peerTimes.Add(Timed(peer.Compute));
        return
        [
            new("duckDbOverVigil", peerTimes.Min() / times.Min(), "times as long"),
            new("duckDbTransactionsPerSecond", Count / peerTimes.Min().TotalSeconds, "1/s, the best of 3"),
            new("duckDbFeatures", DuckDbFeatures.Expressions.Count, $"of {FeatureList.Numeric.Count}"),
            new("duckDbLargestDifference", LargestDifference(payments, peer), "relative"),
        ];
    }

    /// <summary>The largest difference of a value, over the larger of it and 1.</summary>
    /// <exception cref="InvalidOperationException">One exceeds the tolerance; the message names the feature.</exception>
    static double LargestDifference(Transaction[] payments, DuckDbFeatures peer)
    {
        int[] positions = [.. DuckDbFeatures.Expressions.Keys.Select(FeatureList.IndexOf)];
        var features = new PartitionFeatures(new(new()), new());
        double largest = 0;
        foreach ((Transaction payment, double[] found) in payments.Zip(peer.Read()))
        {
            double[] expected = features.Next(payment, payment.EventTime)!.Numeric;
            for (int i = 0; i < positions.Length; i++)
            {
                double value = expected[positions[i]];
                double difference = Math.Abs(found[i] - value) / Math.Max(1, Math.Abs(value));
                if (difference > Tolerance)
                    throw new InvalidOperationException(
                        $"{FeatureList.Numeric[positions[i]].Name} of {payment.TransactionId} is {value}; DuckDB finds {found[i]}.");
                largest = Math.Max(largest, difference);
            }
        }
        return largest;
    }

    static Transaction[] Payments()
    {
        var stream = new FeaturesBenchStream(Count);
        var random = new Random(2);
        var (card, time) = (0, stream.Stamp(0).Microseconds);
        var payments = new Transaction[Count];
        for (int i = 0; i < Count; i++)
        {
            bool inBurst = random.Next(5) == 0;
            time += inBurst ? WithinBurst : 1 + random.NextInt64(BetweenBursts);
            if (!inBurst) card = random.Next(Cards);
            payments[i] = stream.PaymentOf(card, i) with { EventTime = new(time) };
        }
        return payments;
    }

    static TimeSpan Timed(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }
}
