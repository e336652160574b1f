using CsCheck;

namespace Vigil.Model.Tests;

public sealed class PastTreeTests
{
    [Fact]
    public void A_cover_has_every_block_once_fine_near_and_coarse_far_in_a_logarithmic_number_of_nodes() =>
        Gen.Int[1, 5000].Sample(blocks =>
        {
            int[] nodes = new int[PastTree.MostInCover(blocks)];
            int count = PastTree.Cover(blocks, nodes), end = blocks;
            foreach (int node in nodes.AsSpan(0, count))
            {
                int length = 1 << PastTree.Level(node);
                Assert.Equal(end - length, PastTree.FirstBlock(node));
                Assert.Equal(0, PastTree.FirstBlock(node) % length);
                Assert.InRange(length, 1, blocks - end + 1);
                end -= length;
            }
            Assert.Equal(0, end);
        });

    [Fact]
    public void A_node_s_halves_are_its_blocks_and_its_number_does_not_depend_on_the_context() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 100]).Sample((level, at) =>
        {
            int node = PastTree.Node(level, at << level);
            Assert.Equal((level, at << level), (PastTree.Level(node), PastTree.FirstBlock(node)));
            Assert.InRange(node, 0, PastTree.Count((at + 1) << level) - 2); // the last number is left for none
            if (level == 0) Assert.Equal((true, node), (PastTree.IsBlock(node), PastTree.Left(node)));
            else
            {
                int half = 1 << (level - 1);
                Assert.Equal(PastTree.Node(level - 1, at << level), PastTree.Left(node));
                Assert.Equal(PastTree.Node(level - 1, (at << level) + half), PastTree.Right(node));
            }
        });
}
