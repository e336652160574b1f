namespace Vigil.Model;

/// <summary>What a device remembers of one card's context.</summary>
sealed class PagedCard
{
    readonly int _page;

    internal PagedCard(CardTokens tokens, PagedShare share, int page)
    {
        (Tokens, Share, _page, Node) = (tokens, share, page, new(this));
    }

    internal CardTokens Tokens { get; }

    /// <summary>Whose it counts for.</summary>
    internal PagedShare Share { get; }

    /// <summary>Its pages in the order of its places.</summary>
    internal List<int> Pages { get; } = [];

    /// <summary>The card's transaction at place 0.</summary>
    internal long Start { get; set; }

    /// <summary>Places written.</summary>
    internal int Written { get; set; }

    /// <summary>The last that opened it.</summary>
    internal int Round { get; set; }

    /// <summary>Its own place in the order of use.</summary>
    internal LinkedListNode<PagedCard> Node { get; }

    /// <summary>Where a place's key lies, counted through all pages.</summary>
    internal long Row(int place) => ((long)Pages[place / _page] * _page) + (place % _page);

    /// <summary>Where a node's summary lies: nodes 2b and 2b + 1 with block b, whose page is there before either is complete.</summary>
    internal long NodeRow(int node) => (2L * Pages[node / 2]) + (node % 2);
}

/// <summary>What some cards have of a cache together.</summary>
sealed class PagedShare
{
    /// <summary>Bytes of their pages.</summary>
    internal long Bytes { get; set; }
}
