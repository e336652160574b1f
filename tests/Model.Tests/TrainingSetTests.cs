namespace Vigil.Model.Tests;

public sealed class TrainingSetTests
{
    [Fact]
    public void A_forgotten_cards_rows_are_no_history_of_what_it_does_next()
    {
        var set = new TrainingSet(World.Config);
        var vectors = new World(1, 1).Take(3 * World.Config.Segment);
        vectors[World.Config.Segment].Forgotten.Add(vectors[0].Card);
        foreach (var vector in vectors) set.Add(vector, RowRole.Train, false);
        Assert.Equal([false, false, true], set.WindowsWith(RowRole.Train).Select(window => window.Previous is not null));
    }
}
