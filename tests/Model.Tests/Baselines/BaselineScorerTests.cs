using Vigil.Features;
using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

/// <summary>What every model's scorer owes the pipeline, held to models of rows; <see cref="SequenceScorerTests"/> holds encoders to it.</summary>
public sealed class BaselineScorerTests
{
    const int TimeDelta = 0; // What the label of World.TrainingSet is read from.

    static readonly Dictionary<string, Lazy<FraudModel>> s_models =
        BaselineModelTests.Names.ToDictionary(name => name.Data, name => new Lazy<FraudModel>(() => BaselineTrainerTests.Train(name.Data)));

    public static TheoryData<string> Names => BaselineModelTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Explaining_and_judging_change_no_bit(string name)
    {
        IFraudScorer quiet = NewScorer(name), asked = NewScorer(name);
        foreach (var vector in new World(9, 3).Take(100))
        {
            var judged = asked.Judge(vector);
            var score = asked.Score(vector);
            Assert.Equal(quiet.Score(vector), score);
            Assert.Equal(asked.Explain(), asked.Explain());
            Assert.Equal(NewScorer(name).Judge(vector), judged); // on nothing earlier
            if (IsHybrid(name)) Assert.True(judged.IsFallback);
            else Assert.Equal(score, judged);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_feature_that_made_a_card_fraudulent_is_its_first_reason_against_what_is_usual_for_the_card(string name)
    {
        var scorer = NewScorer(name);
        var (usual, odd) = (new World(15, 1).Next(), new World(15, 1).Next());
        usual.Numeric[TimeDelta] = 1;
        odd.Numeric[TimeDelta] = 4_000;
        float usualLogit = 0;
        for (int i = 0; i < 20; i++) usualLogit = scorer.Score(usual).Logit;
        var score = scorer.Score(odd);
        Assert.True(score.Logit > 0, $"{score}");
        var context = scorer is HybridScorer hybrid ? hybrid.Ablate() : ((BaselineScorer)scorer).Ablate();
        Assert.Equal(score.Logit, context.LogitWithout());
        int group = Enumerable.Range(0, ReasonGroup.All.Count).Single(i => ReasonGroup.All[i].Features.Contains(TimeDelta));
        float without = context.LogitWithout(new ContextPart(ContextPartKind.Group, group));
        if (IsHybrid(name)) Assert.True(without < score.Logit - 0.1, $"{without}, {score}"); // its encoder still sees the card's other transactions
        else Assert.Equal(usualLogit, without, 1e-3f);
        context.Restore();
        var reasons = scorer.Explain();
        Assert.InRange(reasons.Count, 3, 5);
        Assert.Contains("time_delta", reasons.First(reason => reason.Code != "EARLIER_TRANSACTION").Text, StringComparison.Ordinal);
        var (_, _, value, normal) = reasons.Single(reason => reason.Text.Contains("time_delta", StringComparison.Ordinal));
        Assert.Equal(4_000, value);
        Assert.Equal(1, normal, 1e-3);
        Assert.All(reasons, reason => Assert.True(
            reason.Code == "EARLIER_TRANSACTION"
                ? IsHybrid(name) && reason.Value == 0
                : odd.Numeric.Contains(reason.Value) || odd.Categorical.Contains((int)reason.Value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_copy_restored_goes_on_with_the_same_scores_and_reasons(string name)
    {
        var vectors = new World(21, 3).Take(120);
        vectors[60].Forgotten.Add(vectors[59].Card);
        IFraudScorer whole = NewScorer(name), restored = NewScorer(name);
        foreach (var vector in vectors.Take(70)) whole.Score(vector);
        var blocks = new List<SnapshotBlock>();
        whole.BeginCopy(blocks.Add, long.MinValue);
        Assert.True(whole.CopyNext());
        var expected = vectors.Skip(70).Select(vector => (whole.Score(vector), Text(whole))).ToList();
        while (whole.CopyNext()) { }
        foreach (var block in blocks) restored.Restore(new StateReader(block));
        Assert.Equal(expected, vectors.Skip(70).Select(vector => (restored.Score(vector), Text(restored))).ToList());
        Assert.Equal(whole.TokenBytes, restored.TokenBytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_silent_replay_leaves_the_state_that_scoring_leaves(string name)
    {
        IFraudScorer scored = NewScorer(name), replayed = NewScorer(name);
        foreach (var vector in new World(22, 3).Take(100))
        {
            var score = scored.Score(vector);
            if (vector.EventTimeMicroseconds % 3 != 0) replayed.Observe(vector);
            else Assert.Equal((score, Text(scored)), (replayed.Score(vector), Text(replayed)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_not_a_number_never_leaves(string name)
    {
        foreach (double value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue])
        {
            var scorer = NewScorer(name);
            var world = new World(13, 1);
            for (int i = 0; i < 20; i++)
            {
                var vector = world.Next();
                if (i % 3 == 0) Array.Fill(vector.Numeric, value);
                var score = scorer.Score(vector);
                Assert.True(float.IsFinite(score.Logit) && score.Probability is >= 0 and <= 1 && score.Score1000 is >= 1 and <= 1000);
                if (name != "logistic") Assert.False(score.IsFallback); // trees know a side for it, the hybrid's encoder the mean
                else if (double.IsNaN(value)) Assert.Equal(i % 3 == 0, score.IsFallback);
                Assert.All(scorer.Explain(), reason => Assert.False(double.IsNaN(reason.Normal)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scoring_known_cards_allocates_nothing(string name)
    {
        World.AssertAllocatesNothing(NewScorer(name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_scored_transaction_is_explained(string name)
    {
        var scorer = NewScorer(name);
        Assert.Throws<InvalidOperationException>(() => scorer.Explain());
        var world = new World(16, 1);
        scorer.Score(world.Next());
        scorer.Observe(world.Next());
        Assert.Throws<InvalidOperationException>(() => scorer.Explain());
    }

    static bool IsHybrid(string name) => name == "hybrid";

    static IFraudScorer NewScorer(string name) => s_models[name].Value.NewScorer();

    static string Text(IFraudScorer scorer) => string.Join('\n', scorer.Explain());
}
