using System.Globalization;
using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class CardPrecisionTests
{
    static readonly Instant Start = Instant.From(new DateTimeOffset(2018, 8, 8, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_card_that_was_found_is_left_out_of_the_following_days()
    {
        ScoredTransaction[] rows =
        [
            Row(day: 0, card: 1, .9f, fraud: true), // found
            Row(day: 0, card: 2, .8f, fraud: false),
            Row(day: 0, card: 3, .1f, fraud: true), // not among the two highest
            Row(day: 1, card: 1, .9f, fraud: true), // left out
            Row(day: 1, card: 2, .7f, fraud: false),
            Row(day: 1, card: 3, .6f, fraud: true), // found
        ];
        Assert.Equal(((1 / 2.0) + (1 / 2.0)) / 2, CardPrecision.At(2, rows, Start), 12);
    }

    [Fact]
    public void A_cards_score_is_its_highest_of_the_day_and_any_fraud_of_the_day_counts()
    {
        ScoredTransaction[] rows = [Row(0, 1, .9f, fraud: false), Row(0, 1, .1f, fraud: true), Row(0, 2, .8f, fraud: false)];
        Assert.Equal(1, CardPrecision.At(1, rows, Start), 12);
    }

    [Fact]
    public void Of_equal_cards_the_one_that_paid_first_is_checked()
    {
        ScoredTransaction[] rows = [Row(0, 7, .5f, fraud: true), Row(0, 2, .5f, fraud: false)];
        Assert.Equal(1, CardPrecision.At(1, rows, Start), 12);
    }

    [Fact]
    public void A_day_with_fewer_than_k_cards_still_counts_k() =>
        Assert.Equal(.1, CardPrecision.At(10, [Row(0, 1, .5f, fraud: true)], Start), 12);

    [Fact]
    public void It_agrees_with_a_recomputation_day_by_day()
    {
        var row = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 9], Gen.Int[0, 1000], Gen.Bool);
        Gen.Select(Gen.Int[1, 5], row.Array[1, 80]).Sample((k, drawn) =>
        {
            // Every score once, so that ties play no part, and the last day always there.
            ScoredTransaction[] rows = [.. drawn.OrderBy(one => one.Item1).Select((one, i) => Row(one.Item1, one.Item2, one.Item3 + (i / 100f), one.Item4))];
            Assert.Equal(Naive(k, rows), CardPrecision.At(k, rows, Start), 12);
        });
    }

    static double Naive(int k, ScoredTransaction[] rows)
    {
        var found = new List<UInt128>();
        var precisions = new List<double>();
        long lastDay = Day(rows[^1]);
        for (long day = 0; day <= lastDay; day++)
        {
            var left = rows.Where(row => Day(row) == day && !found.Contains(row.Card)).ToList();
            var top = left.Select(row => row.Card).Distinct().OrderByDescending(card => left.Where(row => row.Card == card).Max(row => row.Score)).Take(k);
            var hits = top.Where(card => left.Any(row => row.Card == card && row.Fraud)).ToList();
            precisions.Add(hits.Count / (double)k);
            found.AddRange(hits);
        }
        return precisions.Average();
    }

    static long Day(ScoredTransaction row) => (long)(row.EventTime - Start).TotalDays;

    static ScoredTransaction Row(int day, int card, float score, bool fraud) =>
        new(card.ToString(CultureInfo.InvariantCulture), (UInt128)card, Start + TimeSpan.FromDays(day), score, fraud);
}
