using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Finds why the newest transaction of a context scored as it did: each part of the context is taken away, and the logit's fall is the part's weight. Only
/// alerts are explained, so it may allocate.
/// </summary>
sealed class ReasonFinder(Normalisation normalisation)
{
    const int Fewest = 3, Most = 5;

    /// <summary>What a scorer throws that has nothing to explain.</summary>
    internal static InvalidOperationException NothingScored() => new("no transaction has been scored since the last one that was only observed");

    /// <summary>The reasons, strongest first; what the model remembers is left as it was.</summary>
    /// <param name="context">The newest transaction's.</param>
    /// <param name="raw">The newest transaction's numeric features in raw units.</param>
    internal IReadOnlyList<Reason> Find(ContextAblation context, double[] raw)
    {
        float logit = context.LogitWithout();
        float[] without = context.LogitsWithoutEach(context.Parts);
        var weighed = context.Parts.Select((part, i) => (Part: part, Fall: logit - without[i])).OrderByDescending(part => part.Fall).ToList();
        context.Restore();
        int raising = weighed.Count(part => part.Fall > 0);
        return [.. weighed.Take(Math.Clamp(raising, Fewest, Most)).Select(part => ReasonOf(part.Part, context, raw))];
    }

    Reason ReasonOf(ContextPart part, ContextAblation context, double[] raw) => part.Kind switch
    {
        ContextPartKind.Group => OfGroup(ReasonGroup.All[part.Index], context, raw),
        ContextPartKind.Category => new(
            FeatureList.Categorical[part.Index].Name.ToUpperInvariant(), FeatureList.Categorical[part.Index].Formula,
            context.Newest.Categorical[part.Index], context.Common[part.Index]),
        _ => new(
            "EARLIER_TRANSACTION", $"the card's transaction {part.Index} before this one (time since, s)",
            context.SecondsSince(part.Index), context.UsualSeconds),
    };

    /// <summary>The group's feature that lies furthest from the card's usual speaks for it.</summary>
    Reason OfGroup(ReasonGroup group, ContextAblation context, double[] raw)
    {
        var (standardised, usual) = (context.Newest.Numeric.ToArray(), context.Usual);
        int furthest = group.Features.MaxBy(feature => Math.Abs(standardised[feature] - usual[feature]));
        var (name, unit, formula, scale) = FeatureList.Numeric[furthest];
        string text = group.Text == formula ? formula : $"{group.Text} ({name}, {unit})";
        return new(group.Code, text, raw[furthest], Normalisation.Unbend(normalisation.BentOf(usual[furthest], furthest), scale));
    }
}
