using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Finds why the newest transaction of a context scored as it did: each group of its features is replaced by what is usual for the card, and the
/// logit's fall is the group's weight. Only alerts are explained, so it may allocate.
/// </summary>
sealed class ReasonFinder(Decoder decoder, Normalisation normalisation)
{
    const int Fewest = 3, Most = 5;

    /// <summary>The reasons, strongest first; the cache is left as it was.</summary>
    /// <param name="card">The card.</param>
    /// <param name="cache">Its cache, in which the newest transaction is the last place written.</param>
    /// <param name="raw">The newest transaction's numeric features in raw units.</param>
    internal IReadOnlyList<Reason> Find(CardTokens card, CardCache cache, double[] raw)
    {
        int place = cache.Written - 1;
        var newest = card[card.Count - 1];
        float[] usual = UsualNumeric(card, cache.Start, place);
        int[] common = CommonCategorical(card, cache.Start, place);
        var found = new List<(float Fall, Reason Reason)>();
        float[] numeric = newest.Numeric.ToArray();
        int[] categorical = newest.Categorical.ToArray();

        float logit = decoder.Score(newest, cache, place).Logit;
        foreach (var group in ReasonGroup.All)
        {
            foreach (int feature in group.Features) numeric[feature] = usual[feature];
            float fall = logit - decoder.Score(new(numeric, categorical, newest.Time), cache, place).Logit;
            newest.Numeric.CopyTo(numeric);
            found.Add((fall, Numeric(group, newest.Numeric, usual, raw)));
        }
        for (int i = 0; i < categorical.Length; i++)
        {
            if (common[i] == newest.Categorical[i]) continue;
            categorical[i] = common[i];
            float fall = logit - decoder.Score(new(numeric, categorical, newest.Time), cache, place).Logit;
            categorical[i] = newest.Categorical[i];
            found.Add((fall, new(FeatureList.Categorical[i].Name.ToUpperInvariant(), FeatureList.Categorical[i].Formula, categorical[i], common[i])));
        }
        decoder.Remember(newest, cache, place); // the same keys and values as before, bit for bit

        var ordered = found.OrderByDescending(entry => entry.Fall).ToList();
        int raising = ordered.Count(entry => entry.Fall > 0);
        return [.. ordered.Take(Math.Clamp(raising, Fewest, Most)).Select(entry => entry.Reason)];
    }

    /// <summary>The group's feature that lies furthest from the card's usual speaks for it.</summary>
    Reason Numeric(ReasonGroup group, ReadOnlySpan<float> standardised, float[] usual, double[] raw)
    {
        int furthest = group.Features[0];
        foreach (int feature in group.Features)
            if (Math.Abs(standardised[feature] - usual[feature]) > Math.Abs(standardised[furthest] - usual[furthest])) furthest = feature;
        var (name, unit, formula, scale) = FeatureList.Numeric[furthest];
        float bent = (usual[furthest] * normalisation.Deviation[furthest]) + normalisation.Mean[furthest];
        string text = group.Text == formula ? formula : $"{group.Text} ({name}, {unit})";
        return new(group.Code, text, raw[furthest], Normalisation.Unbend(bent, scale));
    }

    /// <summary>The mean of the context's earlier transactions; the training rows' mean, 0, where there are none.</summary>
    static float[] UsualNumeric(CardTokens card, long start, int places)
    {
        float[] mean = new float[FeatureList.Numeric.Count];
        for (int place = 0; place < places; place++)
        {
            var earlier = card[start + place].Numeric;
            for (int i = 0; i < mean.Length; i++) mean[i] += earlier[i] / places;
        }
        return mean;
    }

    /// <summary>The commonest category of the context's earlier transactions, the lowest of equals; the newest's own where there are none.</summary>
    static int[] CommonCategorical(CardTokens card, long start, int places) =>
        [.. Enumerable.Range(0, FeatureList.Categorical.Count).Select(i => Enumerable.Range(0, places)
            .Select(place => card[start + place].Categorical[i])
            .GroupBy(category => category)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
            .Select(group => group.Key)
            .FirstOrDefault(card[card.Count - 1].Categorical[i]))];
}
