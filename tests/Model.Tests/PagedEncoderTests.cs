using TorchSharp;
using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class PagedEncoderTests
{
    const float Near = 1e-4f;

    [Theory]
    [InlineData("r1", 40)]
    [InlineData("sparse", 4)]
    public void A_batch_of_cards_of_every_length_up_to_three_segments_agrees_with_the_decoder(string kind, int cards)
    {
        var checkpoint = World.Checkpoint(World.Configs[kind]);
        var vectors = new World(41, cards).Take(3 * World.Configs[kind].Segment * cards);
        using var line = new PagedLine(checkpoint);
        AssertNear(Decoded(checkpoint, vectors), line.Logits(vectors, seed: 1, largest: 2 * cards));
    }

    [Fact]
    public void The_shipped_shape_agrees_with_the_decoder()
    {
        var checkpoint = World.Checkpoint(EncoderConfig.Preset("r1-tiny"));
        var vectors = new World(42, 10).Take(600);
        using var line = new PagedLine(checkpoint);
        AssertNear(Decoded(checkpoint, vectors), line.Logits(vectors, seed: 2, largest: 20));
    }

    [Theory]
    [InlineData("r1")]
    [InlineData("sparse")]
    public void Cards_that_are_evicted_and_encoded_again_score_as_those_that_never_were(string kind)
    {
        var config = World.Configs[kind];
        var checkpoint = World.Checkpoint(config);
        var vectors = new World(43, 5).Take(40 + (3 * config.Segment));
        using var roomy = new PagedLine(checkpoint);
        using var cramped = new PagedLine(checkpoint, cacheBytes: 1); // one card's pages
        AssertNear(roomy.Logits(vectors, seed: 3, largest: 8), cramped.Logits(vectors, seed: 3, largest: 8));
        Assert.True(cramped.CacheUse.Rebuilds > roomy.CacheUse.Rebuilds);
    }

    [Fact]
    public void Several_transactions_of_one_card_in_one_batch_are_decoded_in_order()
    {
        var vectors = new World(44, 1).Take(3 * World.Config.Segment);
        using var line = new PagedLine(World.Checkpoint());
        foreach (var vector in vectors) line.Add(vector);
        line.Score();
        AssertNear(Decoded(World.Checkpoint(), vectors), [.. line.Scores.Select(score => score.Logit)]);
    }

    [Fact]
    public void No_more_cards_stand_in_a_round_than_it_may_have()
    {
        var vectors = new World(45, 20).Take(200);
        using PagedLine wide = new(World.Checkpoint()), narrow = new(World.Checkpoint(), maxBatch: 3);
        AssertNear(wide.Logits(vectors, seed: 4, largest: 40), narrow.Logits(vectors, seed: 4, largest: 40));
    }

    [Fact]
    public void Every_score_is_counted_by_what_its_pages_lacked()
    {
        var world = new World(46, 2);
        int segments = 5, count = segments * World.Config.Segment;
        using var line = new PagedLine(World.Checkpoint(), cacheBytes: 1); // one card's pages
        line.Logits(Enumerable.Range(0, count).Select(_ => world.Next(0)), seed: 5, largest: 4);
        Assert.Equal(new CacheUse(count - (segments - 2), segments - 2, 0), line.CacheUse); // the first two are one context
        var before = line.CacheUse;
        line.Logits([world.Next(1), world.Next(0), world.Next(0)], seed: 5, largest: 4);
        Assert.Equal(new CacheUse(2, 0, 1), line.CacheUse - before);
    }

    [Fact]
    public void What_was_only_observed_is_encoded_with_the_next_score()
    {
        var vectors = new World(47, 3).Take(120);
        var coin = new Random(6);
        var scorer = new SequenceScorer(World.Checkpoint());
        using var line = new PagedLine(World.Checkpoint());
        var expected = new List<float>();
        foreach (var vector in vectors)
        {
            bool isObserved = coin.Next(2) == 0;
            float logit = scorer.Score(vector).Logit;
            line.Score();
            line.Add(vector, isObserved);
            if (!isObserved) expected.Add(logit);
        }
        line.Score();
        AssertNear(expected, [.. line.Scores.Select(score => score.Logit)]);
    }

    [Fact]
    public void Pages_stay_within_the_budget_and_those_of_a_forgotten_card_are_free()
    {
        long card = (long)((1L << 30) / PagedCache.CardsPerGiB(World.Config, ScalarType.Float32));
        using var line = new PagedLine(World.Checkpoint(), cacheBytes: ((3 + (2 * PagedCache.MostForks)) * card) + 100); // a card is a page here
        var vectors = new World(48, 12).Take(300);
        foreach (var vector in vectors)
        {
            line.Logits([vector], seed: 7, largest: 1);
            Assert.InRange(line.Encoder.CacheBytes, 1, 3 * card);
        }
        foreach (var known in vectors.Select(vector => vector.Card).Distinct()) line.Encoder.Release(line.Card(known));
        Assert.Equal(0, line.Encoder.CacheBytes);
    }

    [Fact]
    public void Where_the_encoder_overflows_the_features_alone_give_the_score_and_cards_that_take_the_pages_over_never_notice()
    {
        var checkpoint = World.Checkpoint();
        for (int i = 0; i < 2; i++) // finite each, but not their sum
            Array.Fill(checkpoint.Weights[$"categorical.{i}.weight"].Values, 3e38f, 5 * World.Config.Width, World.Config.Width);
        var scorer = new SequenceScorer(checkpoint);
        using var line = new PagedLine(checkpoint, cacheBytes: 1); // each card takes over the other's pages
        var world = new World(17, 2);
        for (int i = 0; i < 60; i++)
        {
            var vector = world.Next(i % 3 / 2); // the second card is behind, so the first one's numbers lie after its own
            vector.Categorical[0] = vector.Categorical[1] = i == 10 ? 5 : 4;
            var expected = scorer.Score(vector);
            line.Logits([vector], seed: 8, largest: 1);
            Assert.Equal(expected.IsFallback, line.Scores[^1].IsFallback);
            Assert.Equal(expected.Logit, line.Scores[^1].Logit, Near);
        }
        Assert.InRange(line.Scores.Count(score => score.IsFallback), 1, 20);
    }

    [Fact]
    public void Half_the_bits_score_alike_in_half_the_memory()
    {
        var config = World.Configs["sparse"];
        var vectors = new World(49, 2).Take(200);
        using PagedLine whole = new(World.Checkpoint(config)), half = new(World.Checkpoint(config), type: ScalarType.BFloat16);
        var pairs = whole.Logits(vectors, seed: 9, largest: 6).Zip(half.Logits(vectors, seed: 9, largest: 6)).ToList();
        double apart = pairs.Average(pair => Math.Abs(pair.First - pair.Second)), size = pairs.Average(pair => Math.Abs(pair.First));
        Assert.True(apart < 0.05 * size, $"{apart} apart, of {size}");
        Assert.Equal(whole.Encoder.CacheBytes, 2 * half.Encoder.CacheBytes);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var config = World.Configs["sparse"];
        var vectors = new World(50, 3).Take(240);
        using var line = new PagedLine(World.Checkpoint(config), cacheBytes: 1);
        line.Logits(vectors.Take(200), seed: 10, largest: 6);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        line.Logits(vectors.Skip(200), seed: 11, largest: 6);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void An_encoder_without_latents_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new PagedEncoder(World.Checkpoint(World.Configs["base"]), 1, CPU));
        Assert.Contains("found the architecture 'base', expected 'r1'", refused.Message, StringComparison.Ordinal);
    }

    static List<float> Decoded(Checkpoint checkpoint, List<FeatureVector> vectors)
    {
        var scorer = new SequenceScorer(checkpoint);
        return [.. vectors.Select(vector => scorer.Score(vector).Logit)];
    }

    static void AssertNear(List<float> expected, List<float> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++) Assert.Equal(expected[i], found[i], Near);
    }
}
