using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class ContextAblationTests
{
    public static TheoryData<string> Kinds => [.. World.Configs.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_transaction_taken_away_is_one_that_never_was(string kind)
    {
        var checkpoint = World.Checkpoint(World.Configs[kind]);
        for (int length = 2; length <= World.Configs[kind].Segment; length += 3)
        {
            var vectors = new World(length, 1).Take(length);
            var (context, _) = Last(checkpoint, vectors);
            for (int back = 1; back <= Math.Min(length - 1, ContextAblation.MostEarlier); back++)
            {
                int dropped = length - 1 - back;
                var (_, logit) = Last(checkpoint, [.. vectors.Where((_, i) => i != dropped)]);
                Assert.Equal(logit, context.LogitWithout(new ContextPart(ContextPartKind.Earlier, back)));
            }
        }
    }

    [Fact]
    public void Parts_can_be_taken_away_together_and_in_any_order()
    {
        var vectors = new World(3, 1).Take(7);
        var (context, logit) = Last(World.Checkpoint(), vectors);
        ContextPart[] earlier = [new(ContextPartKind.Earlier, 4), new(ContextPartKind.Earlier, 2)];
        var (_, without) = Last(World.Checkpoint(), [.. vectors.Where((_, i) => i is not (2 or 4))]);
        Assert.Equal(without, context.LogitWithout(earlier));
        var some = context.Parts.Where((_, i) => i % 3 == 0).ToArray();
        float first = context.LogitWithout(some);
        context.LogitWithout(earlier[1]);
        Assert.Equal(first, context.LogitWithout([.. some.Reverse()]));
        Assert.Equal(logit, context.LogitWithout());
    }

    [Fact]
    public void What_weighs_most_alone_weighs_more_together_than_what_weighs_least()
    {
        double most = 0, least = 0;
        for (int history = 0; history < 50; history++)
        {
            var (context, logit) = Last(World.Checkpoint(), new World(history, 1).Take(12));
            var ordered = context.Parts.OrderBy(part => context.LogitWithout(part)).ToArray();
            most += logit - context.LogitWithout(ordered.AsSpan(..3));
            least += logit - context.LogitWithout(ordered.AsSpan(^3..));
        }
        Assert.True(most > 0 && least < 0, $"{most} {least}");
    }

    static (ContextAblation Context, float Logit) Last(Checkpoint checkpoint, IReadOnlyList<FeatureVector> vectors)
    {
        var scorer = new SequenceScorer(checkpoint);
        float logit = 0;
        foreach (var vector in vectors) logit = scorer.Score(vector).Logit;
        return (scorer.Ablate(), logit);
    }
}
