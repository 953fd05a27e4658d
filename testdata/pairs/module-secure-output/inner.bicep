output open string = 'o'
@secure()
output key string = 'k'
