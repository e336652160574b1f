using CsCheck;
using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class SequenceScorerTests
{
    static readonly Checkpoint _checkpoint = World.Checkpoint();

    public static TheoryData<string> Kinds => [.. World.Configs.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_agrees_with_the_full_forward_in_a_thousand_histories_of_every_length_up_to_three_segments(string kind)
    {
        var checkpoint = World.Checkpoint(World.Configs[kind]);
        using var plain = new PlainScorer(checkpoint);
        var scorer = new SequenceScorer(checkpoint);
        int longest = 3 * World.Configs[kind].Segment;
        for (int history = 0; history < 1000; history++)
        {
            var vectors = new World(history, 1).Take(1 + (history % longest));
            float logit = 0;
            foreach (var vector in vectors)
            {
                vector.Card = (UInt128)history;
                logit = scorer.Score(vector).Logit;
            }
            Assert.Equal(plain.Logit(vectors), logit, 1e-4f);
        }
        Assert.Equal(0, scorer.Fallbacks);
    }

    [Fact]
    public void The_shipped_shape_agrees_with_the_full_forward()
    {
        var checkpoint = World.Checkpoint(EncoderConfig.Preset("r1-tiny"));
        using var plain = new PlainScorer(checkpoint);
        var scorer = new SequenceScorer(checkpoint);
        var vectors = new World(11, 1).Take(100);
        for (int i = 0; i < vectors.Count; i++) Assert.Equal(plain.Logit(vectors[..(i + 1)]), scorer.Score(vectors[i]).Logit, 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Eviction_changes_no_bit(string kind)
    {
        var checkpoint = World.Checkpoint(World.Configs[kind]);
        Gen.Int[0, 1_000_000].Sample(
            seed =>
            {
                var vectors = new World(seed, 5).Take(20 * World.Configs[kind].Segment);
                var roomy = new SequenceScorer(checkpoint);
                var cramped = new SequenceScorer(checkpoint, new() { CacheBytes = 1 }); // one card's cache
                foreach (var vector in vectors) Assert.Equal(roomy.Score(vector), cramped.Score(vector));
            },
            iter: kind == "sparse" ? 2 : 20);
    }

    [Fact]
    public void Other_cards_in_between_change_no_bit()
    {
        var vectors = new World(5, 4).Take(300);
        var together = new SequenceScorer(_checkpoint);
        var alone = vectors.Select(vector => vector.Card).Distinct().ToDictionary(card => card, _ => new SequenceScorer(_checkpoint));
        foreach (var vector in vectors) Assert.Equal(alone[vector.Card].Score(vector), together.Score(vector));
    }

    [Fact]
    public void A_judgement_by_features_alone_changes_no_later_score_and_depends_on_nothing_earlier()
    {
        var vectors = new World(6, 4).Take(200);
        var (judging, plain) = (new SequenceScorer(_checkpoint), new SequenceScorer(_checkpoint));
        foreach (var vector in vectors)
        {
            var judged = judging.Judge(vector);
            Assert.True(judged.IsFallback);
            Assert.Equal(new SequenceScorer(_checkpoint).Judge(vector), judged);
            if (vector.EventTimeMicroseconds % 3 == 0) judging.Observe(vector);
            else Assert.Equal(plain.Score(vector), judging.Score(vector));
            if (vector.EventTimeMicroseconds % 3 == 0) plain.Observe(vector);
        }
    }

    [Fact]
    public void A_forgotten_card_begins_anew_and_others_go_on()
    {
        var vectors = new World(9, 3).Take(120);
        var (scorer, others, anew) = (new SequenceScorer(_checkpoint), new SequenceScorer(_checkpoint), new SequenceScorer(_checkpoint));
        for (int i = 0; i < vectors.Count; i++)
        {
            if (i == 80) vectors[i].Forgotten.Add(0);
            var score = scorer.Score(vectors[i]);
            if (vectors[i].Card != 0) Assert.Equal(others.Score(vectors[i]), score);
            else if (i >= 80) Assert.Equal(anew.Score(vectors[i]), score);
        }
    }

    [Fact]
    public void The_cache_of_a_forgotten_card_makes_room_for_others()
    {
        var pool = new CardCachePool(World.Config, 2 * CardCache.Bytes(World.Config, World.Config.Context));
        var cards = Enumerable.Range(0, 3).Select(_ => new CardTokens(World.Config.Context)).ToArray();
        var kept = pool.Of(cards[0], World.Config.Context);
        pool.Of(cards[1], World.Config.Context);
        pool.Release(cards[1]);
        Assert.Null(cards[1].Cache);
        pool.Of(cards[2], World.Config.Context);
        Assert.Same(kept, cards[0].Cache);
    }

    [Fact]
    public void Every_score_is_counted_by_what_its_cache_lacked()
    {
        var scorer = new SequenceScorer(_checkpoint, new() { CacheBytes = 1 }); // one card's cache
        var world = new World(18, 2);
        int segments = 5, count = segments * World.Config.Segment;
        for (int i = 0; i < count; i++) scorer.Score(world.Next(0));
        Assert.Equal(new CacheUse(count - (segments - 2), segments - 2, 0), scorer.CacheUse); // the first two are one context
        scorer.Score(world.Next(1));
        var before = scorer.CacheUse;
        scorer.Observe(world.Next(0)); // which begins a segment
        scorer.Score(world.Next(0));
        scorer.Score(world.Next(0));
        Assert.Equal(new CacheUse(1, 0, 1), scorer.CacheUse - before);
    }

    [Fact]
    public void What_it_holds_is_counted_and_a_forgotten_card_is_not()
    {
        var scorer = new SequenceScorer(_checkpoint);
        var world = new World(19, 2);
        for (int i = 0; i < 40; i++) scorer.Score(world.Next(i % 2));
        var (tokens, caches) = (scorer.TokenBytes, scorer.CacheBytes);
        Assert.Equal(2 * CardCache.Bytes(World.Config, CardCache.RoomFor(World.Config, World.Config.Context)), caches);
        var next = world.Next(0);
        next.Forgotten.Add(1);
        scorer.Observe(next);
        Assert.Equal((tokens / 2, caches / 2), (scorer.TokenBytes, scorer.CacheBytes));
        var restored = new SequenceScorer(_checkpoint);
        foreach (var block in BlocksOf(scorer)) restored.Restore(new StateReader(block));
        Assert.Equal(scorer.TokenBytes, restored.TokenBytes);
    }

    [Fact]
    public void A_silent_replay_leaves_the_state_that_scoring_leaves() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Double[0, 1]).Sample(
            (seed, share) =>
            {
                var scored = new SequenceScorer(_checkpoint);
                var replayed = new SequenceScorer(_checkpoint);
                var coin = new Random(seed);
                foreach (var vector in new World(seed, 3).Take(150))
                {
                    var expected = scored.Score(vector);
                    if (coin.NextDouble() < share) replayed.Observe(vector);
                    else Assert.Equal(expected, replayed.Score(vector));
                }
            },
            iter: 20);

    [Fact]
    public void A_restored_scorer_goes_on_with_the_same_bits() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 150], Gen.Int[0, 2]).Sample(
            (seed, cut, pace) =>
            {
                var vectors = new World(seed, 3).Take(150);
                var (whole, restored) = (new SequenceScorer(_checkpoint), new SequenceScorer(_checkpoint));
                foreach (var vector in vectors.Take(cut)) whole.Score(vector);
                var blocks = new List<SnapshotBlock>();
                whole.BeginCopy(blocks.Add, long.MinValue);
                var expected = new List<FraudScore>();
                foreach (var vector in vectors.Skip(cut))
                {
                    expected.Add(whole.Score(vector));
                    for (int i = 0; i < pace; i++) whole.CopyNext();
                }
                while (whole.CopyNext()) { }
                foreach (var block in blocks) restored.Restore(new StateReader(block));
                Assert.Equal(expected, vectors.Skip(cut).Select(restored.Score));
                Assert.Equal(Copied(whole), Copied(restored));
            },
            iter: 20);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Explaining_changes_no_bit(string kind)
    {
        var checkpoint = World.Checkpoint(World.Configs[kind]);
        var quiet = new SequenceScorer(checkpoint);
        var explained = new SequenceScorer(checkpoint);
        foreach (var vector in new World(9, 3).Take(150))
        {
            Assert.Equal(quiet.Score(vector), explained.Score(vector));
            Assert.Equal(explained.Explain(), explained.Explain());
        }
    }

    [Fact]
    public void A_score_depends_on_earlier_transactions_and_on_when_they_were()
    {
        var vectors = new World(12, 1).Take(10);
        float Last(IEnumerable<FeatureVector> history)
        {
            var scorer = new SequenceScorer(_checkpoint);
            float logit = 0;
            foreach (var vector in history) logit = scorer.Score(vector).Logit;
            return logit;
        }

        float whole = Last(vectors), without = Last(vectors.Skip(1));
        Assert.NotEqual(whole, without);
        vectors[8].EventTimeMicroseconds += 100_000;
        float later = Last(vectors);
        vectors[8].EventTimeMicroseconds += 86_400_000_000;
        float muchLater = Last(vectors);
        Assert.True(Math.Abs(later - whole) > 1e-6 && Math.Abs(muchLater - later) > 1e-6, $"{whole} {later} {muchLater}");
    }

    [Fact]
    public void Where_the_encoder_overflows_the_features_alone_give_the_score_and_other_cards_never_notice()
    {
        var config = World.Config;
        var checkpoint = World.Checkpoint();
        for (int i = 0; i < 2; i++) // finite each, but not their sum
            Array.Fill(checkpoint.Weights[$"categorical.{i}.weight"].Values, 3e38f, 5 * config.Width, config.Width);
        var scorer = new SequenceScorer(checkpoint, new() { CacheBytes = 1 }); // every card takes over the other's cache
        var quiet = new SequenceScorer(checkpoint);
        var world = new World(17, 2);
        for (int i = 0; i < 60; i++)
        {
            var vector = world.Next(i % 2);
            vector.Categorical[0] = vector.Categorical[1] = i == 10 ? 5 : 4;
            var score = scorer.Score(vector);
            bool sees = i % 2 == 0 && i >= 10 && config.ContextStart(i / 2) <= 5; // the card's sixth transaction is in its context
            Assert.Equal(sees, score.IsFallback);
            Assert.True(float.IsFinite(score.Logit));
            Assert.Equal(scorer.Explain(), scorer.Explain());
            if (i % 2 == 1) Assert.Equal(quiet.Score(vector), score);
        }
        Assert.Equal(11, scorer.Fallbacks);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    public void What_is_not_a_number_never_leaves(double value)
    {
        var scorer = new SequenceScorer(_checkpoint);
        var world = new World(13, 1);
        for (int i = 0; i < 40; i++)
        {
            var vector = world.Next();
            if (i % 3 == 0) Array.Fill(vector.Numeric, value);
            var score = scorer.Score(vector);
            Assert.True(float.IsFinite(score.Logit) && score.Probability is >= 0 and <= 1 && score.Score1000 is >= 1 and <= 1000);
            Assert.All(scorer.Explain(), reason => Assert.False(double.IsNaN(reason.Normal)));
        }
    }

    [Fact]
    public void Scoring_known_cards_allocates_nothing()
    {
        World.AssertAllocatesNothing(new SequenceScorer(_checkpoint, new() { CacheBytes = 3 * CardCache.Bytes(World.Config, World.Config.Context) }));
    }

    [Fact]
    public void Reasons_are_three_to_five_and_name_what_was_changed()
    {
        var scorer = new SequenceScorer(_checkpoint);
        var world = new World(15, 1);
        for (int i = 0; i < 20; i++) scorer.Score(world.Next());
        var odd = world.Next();
        scorer.Score(odd);
        var reasons = scorer.Explain();
        Assert.InRange(reasons.Count, 3, 5);
        Assert.Equal(reasons.Count, reasons.Select(reason => (reason.Code, reason.Text)).Distinct().Count());
        Assert.All(reasons, reason => Assert.True(
            reason.Code == "EARLIER_TRANSACTION" ? reason.Value > 0 : odd.Numeric.Contains(reason.Value) || odd.Categorical.Contains((int)reason.Value)));
    }

    [Fact]
    public void Only_a_scored_transaction_is_explained()
    {
        var scorer = new SequenceScorer(_checkpoint);
        Assert.Throws<InvalidOperationException>(() => scorer.Explain());
        var world = new World(16, 1);
        scorer.Score(world.Next());
        scorer.Observe(world.Next());
        Assert.Throws<InvalidOperationException>(() => scorer.Explain());
    }

    /// <summary>What a copy takes of every card, in the cards' order.</summary>
    static IEnumerable<string> Copied(SequenceScorer scorer) => BlocksOf(scorer).SelectMany(RecordsOf).Order(StringComparer.Ordinal);

    static List<SnapshotBlock> BlocksOf(SequenceScorer scorer)
    {
        var blocks = new List<SnapshotBlock>();
        scorer.BeginCopy(blocks.Add, long.MinValue);
        while (scorer.CopyNext()) { }
        return blocks;
    }

    static IEnumerable<string> RecordsOf(SnapshotBlock block)
    {
        for (int at = 0, length; at < block.Length; at += sizeof(int) + length)
        {
            length = BitConverter.ToInt32(block.Buffer, at);
            yield return Convert.ToHexString(block.Buffer, at + sizeof(int), length);
        }
    }
}
