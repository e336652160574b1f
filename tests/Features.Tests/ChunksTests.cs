using Xunit;

namespace Vigil.Features.Tests;

public sealed class ChunksTests
{
    [Fact]
    public void A_place_stays_where_it_is_while_others_are_added_and_none_is_copied()
    {
        var chunks = new Chunks<int>();
        ref int first = ref chunks[chunks.Add()];
        for (int i = 1; i < 10_000; i++) chunks[chunks.Add()] = i;
        first = 42;
        Assert.Equal(10_000, chunks.Count);
        Assert.Equal(42, chunks[0]);
        Assert.All(Enumerable.Range(1, 9_999), i => Assert.Equal(i, chunks[i]));
    }
}
