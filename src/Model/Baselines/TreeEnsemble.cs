using System.Globalization;

namespace Vigil.Model.Baselines;

/// <summary>Trees out of LightGBM's text, scored without its library. Numbers only: a split sends what is at most its threshold to the left.</summary>
sealed class TreeEnsemble : IRowModel
{
    readonly Split[] _splits;
    readonly double[] _leaves;
    readonly int[] _roots;
    readonly bool _isForest;

    TreeEnsemble(string text, int width)
    {
        _isForest = text.Contains("\naverage_output\n", StringComparison.Ordinal);
        List<Split> splits = [];
        List<double> leaves = [];
        List<int> roots = [];
        foreach (string tree in text.Split("\nTree=")[1..]) Add(Fields(tree), width, splits, leaves, roots);
        if (roots.Count == 0) throw new InvalidDataException("the model's text holds no tree");
        if (!double.IsFinite(leaves.Sum(Math.Abs))) throw new FormatException("leaves that add up to no number");
        (_splits, _leaves, _roots) = ([.. splits], [.. leaves], [.. roots]);
    }

    /// <summary>Reads trees that split rows of a width.</summary>
    /// <exception cref="InvalidDataException">The text holds none, or something else.</exception>
    internal static TreeEnsemble Parse(string text, int width)
    {
        try
        {
            return new(text, width);
        }
        catch (Exception error) when (error is FormatException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException($"the model's text is not as LightGBM writes it: {error.Message}", error);
        }
    }

    /// <summary>
    /// The mean of a forest's leaves is a probability, the sum of boosted ones a logit: always a number, for the leaves are, and what is none in a row goes to
    /// the right.
    /// </summary>
    public FraudScore Score(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (int root in _roots) sum += _leaves[LeafOf(root, row)];
        return _isForest ? FraudScore.FromProbability((float)Math.Clamp(sum / _roots.Length, 0, 1)) : FraudScore.FromLogit((float)sum);
    }

    int LeafOf(int at, ReadOnlySpan<float> row)
    {
        while (at >= 0)
        {
            ref readonly Split split = ref _splits[at];
            at = row[split.Column] <= split.Threshold ? split.Left : split.Right;
        }
        return ~at;
    }

    static void Add(Dictionary<string, string> fields, int width, List<Split> splits, List<double> leaves, List<int> roots)
    {
        double[] values = Values<double>(fields["leaf_value"]);
        int firstSplit = splits.Count, firstLeaf = leaves.Count;
        leaves.AddRange(values);
        roots.Add(values.Length > 1 ? firstSplit : ~firstLeaf);
        if (values.Length == 1) return;
        int[] columns = Values<int>(fields["split_feature"]), left = Values<int>(fields["left_child"]), right = Values<int>(fields["right_child"]);
        double[] thresholds = Values<double>(fields["threshold"]);
        bool isWhole = ((Array[])[columns, thresholds, left, right]).All(of => of.Length == values.Length - 1);
        if (fields["num_cat"] != "0" || !isWhole) throw new FormatException("a tree is not of splits by numbers");
        for (int i = 0; i < columns.Length; i++)
        {
            if ((uint)columns[i] >= (uint)width) throw new FormatException($"a split by column {columns[i]} of {width}");
            splits.Add(new(columns[i], Floor(thresholds[i]), Child(left[i], i), Child(right[i], i)));
        }

        // A child comes after its parent, so no row goes in circles.
        int Child(int child, int parent) =>
            child > parent && child < values.Length - 1 ? firstSplit + child
            : child < 0 && ~child < values.Length ? ~(firstLeaf + ~child)
            : throw new FormatException($"a split leads to {child}");
    }

    /// <summary>The largest float that is no larger: floats are then told apart as the threshold itself would.</summary>
    static float Floor(double threshold) => (float)threshold > threshold ? MathF.BitDecrement((float)threshold) : (float)threshold;

    static Dictionary<string, string> Fields(string tree) => tree
        .Split('\n')
        .TakeWhile(line => line != "end of trees")
        .Select(line => line.Split('=', 2))
        .Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1]);

    static T[] Values<T>(string text)
        where T : IParsable<T> => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => T.Parse(value, CultureInfo.InvariantCulture))];

    readonly record struct Split(int Column, float Threshold, int Left, int Right);
}
