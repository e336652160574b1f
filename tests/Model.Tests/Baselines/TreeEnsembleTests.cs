using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

public sealed partial class TreeEnsembleTests
{
    static readonly BaselineColumns s_columns = new(FeatureSet.Of(new()));

    public static TheoryData<string> Names { get; } = ["lightgbm", "forest"];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_scores_as_the_library_that_grew_it(string name)
    {
        string text = Grow(name);
        var trees = TreeEnsemble.Parse(text, s_columns.Width);
        var random = new Random(2);
        for (int i = 0; i < 1_000; i++)
        {
            float[] row = Row(random);
            // A forest's mean is a probability; LightGBM puts the boosted sum through the logistic function itself.
            Assert.Equal(Math.Clamp(Predict(text, row), 1e-13, 1), trees.Score(row).Probability, 1e-6);
        }
    }

    [Fact]
    public void A_row_on_a_threshold_goes_where_the_threshold_itself_sends_it()
    {
        double threshold = 0.1; // whose nearest float is larger
        var trees = TreeEnsemble.Parse(Stump("0", threshold, "-1", "-2"), 1);
        Assert.True(trees.Score([MathF.BitDecrement(0.1f)]).Logit < 0);
        Assert.True(trees.Score([0.1f]).Logit > 0);
    }

    [Fact]
    public void A_tree_without_a_split_is_its_leaf()
    {
        const string Leaf = "tree\n\nTree=0\nnum_leaves=1\nnum_cat=0\nleaf_value=0.25\n\nend of trees\n";
        Assert.Equal(0.25f, TreeEnsemble.Parse(Leaf, 1).Score([3]).Logit);
    }

    [Theory]
    [InlineData("1", "-1", "-2")]
    [InlineData("-1", "-1", "-2")]
    [InlineData("0", "0", "-2")]
    [InlineData("0", "-1", "-3")]
    [InlineData("0", "-1", "1")]
    [InlineData("zero", "-1", "-2")]
    [InlineData("0", "-1", "-2 -2")]
    public void What_is_no_tree_is_refused(string column, string left, string right) =>
        Assert.Throws<InvalidDataException>(() => TreeEnsemble.Parse(Stump(column, 0.1, left, right), 1));

    [Theory]
    [InlineData("")]
    [InlineData("tree\nversion=v4\n")]
    [InlineData("tree\n\nTree=0\nnum_leaves=1\n")]
    public void Text_without_trees_is_refused(string text) => Assert.Throws<InvalidDataException>(() => TreeEnsemble.Parse(text, 1));

    [Fact]
    public void Leaves_that_add_up_to_no_number_are_refused()
    {
        string text = Stump("0", 0.1, "-1", "-2").Replace("leaf_value=-1 1", "leaf_value=-1e308 1e308", StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TreeEnsemble.Parse(text, 1));
    }

    static string Stump(string column, double threshold, string left, string right) => string.Create(
        CultureInfo.InvariantCulture,
        $"tree\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature={column}\nthreshold={threshold:R}\n"
        + $"left_child={left}\nright_child={right}\nleaf_value=-1 1\n\nend of trees\n");

    static string Grow(string name)
    {
        var random = new Random(1);
        var rows = new BaselineRows(s_columns, 3_000);
        for (int i = 0; i < rows.Count; i++)
        {
            Row(random).CopyTo(rows[i]);
            rows.Labels[i] = rows[i][0] + rows[i][1] > 5 || random.Next(20) == 0 ? 1 : 0;
        }
        return BaselineTrainerTests.Config(name).Fit(rows, 1, TestContext.Current.CancellationToken);
    }

    static float[] Row(Random random) => [.. Enumerable.Range(0, s_columns.Width).Select(_ => (float)Math.Exp((random.NextDouble() * 12) - 6))];

    static double Predict(string text, float[] row)
    {
        Assert.Equal(0, BoosterLoadModelFromString(text, out _, out nint booster));
        try
        {
            double[] result = new double[1];
            Assert.Equal(0, BoosterPredictForMat(booster, row, 0, 1, row.Length, 1, 0, 0, -1, "", out _, result));
            return result[0];
        }
        finally
        {
            _ = BoosterFree(booster);
        }
    }

    [LibraryImport("lib_lightgbm", EntryPoint = "LGBM_BoosterLoadModelFromString", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BoosterLoadModelFromString(string text, out int trees, out nint booster);

    [LibraryImport("lib_lightgbm", EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BoosterPredictForMat(
        nint booster, float[] row, int type, int rows, int columns, int isRowMajor,
        int kind, int first, int trees, string parameters, out long length, double[] result);

    [LibraryImport("lib_lightgbm", EntryPoint = "LGBM_BoosterFree")]
    internal static partial int BoosterFree(nint booster);
}
