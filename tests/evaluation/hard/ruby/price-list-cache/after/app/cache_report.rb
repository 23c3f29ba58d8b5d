# frozen_string_literal: true

# The figures of caches in the text format of the metrics server.
class CacheReport
  NAME = /\A[a-z_]+\z/

  def initialize(caches)
    bad = caches.keys.grep_v(NAME)
    raise ArgumentError, "not a name: #{bad.first}" if bad.any?

    @caches = caches
  end

  def to_s
    @caches.sort.flat_map { |name, cache| lines(name, cache) }.join("\n") << "\n"
  end

  private

  def lines(name, cache)
    # Read once: the counters grow while this runs, and their sum should fit to the ratio.
    hits, misses = cache.hits, cache.misses
    [
      %(page_cache_hits_total{cache="#{name}"} #{hits}),
      %(page_cache_misses_total{cache="#{name}"} #{misses}),
      %(page_cache_hit_ratio{cache="#{name}"} #{ratio(hits, misses)})
    ]
  end

  # Without requests the ratio is not a number, which the metrics server shows as a gap.
  def ratio(hits, misses)
    all = hits + misses
    all.zero? ? "NaN" : (hits.fdiv(all)).round(4)
  end
end
