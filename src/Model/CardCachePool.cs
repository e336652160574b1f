namespace Vigil.Model;

/// <summary>As many caches as the budget allows, at least one; the least recently used goes to the next card that needs one.</summary>
sealed class CardCachePool(EncoderConfig config, long budget)
{
    readonly long _most = Math.Max(1, budget / CardCache.Bytes(config));
    long _made;
    CardCache? _oldest, _newest;

    /// <summary>A card's cache, empty where it had none; it becomes the newest.</summary>
    internal CardCache Of(CardTokens card)
    {
        var cache = card.Cache;
        if (cache is null)
        {
            cache = _made < _most ? Make() : Evict();
            (cache.Owner, cache.Written, card.Cache) = (card, 0, cache);
        }
        else if (cache == _newest) return cache;
        else Unlink(cache);
        LinkNewest(cache);
        return cache;
    }

    CardCache Make()
    {
        _made++;
        return new(config);
    }

    CardCache Evict()
    {
        var cache = _oldest!;
        Unlink(cache);
        cache.Owner!.Cache = null;
        return cache;
    }

    void Unlink(CardCache cache)
    {
        if (cache.Older is null) _oldest = cache.Newer;
        else cache.Older.Newer = cache.Newer;
        if (cache.Newer is null) _newest = cache.Older;
        else cache.Newer.Older = cache.Older;
        (cache.Older, cache.Newer) = (null, null);
    }

    void LinkNewest(CardCache cache)
    {
        cache.Older = _newest;
        if (_newest is null) _oldest = cache;
        else _newest.Newer = cache;
        _newest = cache;
    }
}
